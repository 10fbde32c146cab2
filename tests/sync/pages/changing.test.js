// Pages of a table that changes under them, against the table itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Cache } from "../../../js/cache/index.js";
import { ids, List, open, settle, Table } from "./table.js";

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("show"), at: fc.nat(150) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("put"),
      id: fc.nat(140),
      rank: fc.nat(1400),
      told: fc.boolean(),
      wait: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("edit"), id: fc.nat(140), wait: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("delete"),
      id: fc.nat(140),
      told: fc.boolean(),
      wait: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("fail") }) },
);

/** Rows that nobody touched are in order, and none is missing between two others. */
function checkStill(rows, still) {
  const shown = ids(rows).filter((id) => still.includes(id));
  const from = still.indexOf(shown[0]);
  if (rows.every(Boolean)) assert.deepEqual(shown, still.slice(from, from + shown.length));
  else
    assert.deepEqual(
      shown,
      shown.toSorted((a, b) => a - b),
    );
}

async function play(ops, { count, miss, total, cached, ahead, size }) {
  const table = new Table(count);
  table.miss = miss;
  const cache = cached ? await Cache.open("changing") : undefined;
  const source = await open(table, { total, ahead, size, cache });
  const list = new List(source);
  const tell = (...tags) => (cache ? cache.invalidateTag(...tags) : source.refresh(tags));
  let still = ids(table.rows);
  for (const { type, at, id, rank, told, wait } of ops) {
    if (type === "fail") table.down = 1;
    else if (type === "show") {
      const start = Math.min(at, Math.max(0, list.length - 1));
      checkStill(await list.show(start, start + 17), still);
      table.down = 0;
    } else {
      const old = table.rows.find((row) => row.id === id);
      if (type !== "edit") still = still.filter((other) => other !== id);
      if (type === "put") table.put({ id, rank, text: `${rank}` });
      else if (type === "delete") table.delete(id);
      else if (old) table.put({ ...old, text: `${old.text}!` });
      if (type === "edit") tell(`row:${id}`);
      else if (told) tell(`row:${id}`, "t:rows");
      if (wait) await settle();
    }
  }
  table.down = 0;
  tell("t:rows");
  await settle();
  for (const round of [1, 2]) {
    for (let start = 0; start < Math.max(table.rows.length, list.length); start += 10) {
      const rows = await list.show(start, start + 10);
      if (round === 2) assert.deepEqual(rows, table.rows.slice(start, start + 10));
    }
  }
  assert.equal(list.length, table.rows.length);
  assert.equal(source.length, table.rows.length);
  list.dispose();
  source.dispose();
  await cache?.close();
}

const setting = fc.record({
  count: fc.nat(120),
  miss: fc.oneof(fc.constant(0), fc.integer({ min: -15, max: 15 })),
  total: fc.boolean(),
  cached: fc.boolean(),
  ahead: fc.nat(2),
  size: fc.integer({ min: 1, max: 12 }),
});

test("no row is shown twice or lost, and in the end there is what the table has", async () => {
  await fc.assert(fc.asyncProperty(fc.array(operation, { maxLength: 25 }), setting, play), {
    numRuns: 150,
    seed: 20240614,
  });
});
