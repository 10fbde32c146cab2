// Pages of a table that changes under them, against the table itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Cache } from "../../../js/cache/index.js";
import { ids, List, open, range, settle, Table } from "./table.js";

const VIEW = 17;

/** `late`: while the next page is on its way. */
const change = { told: fc.boolean(), wait: fc.boolean(), late: fc.boolean() };
const op = (type, more = {}) => fc.record({ type: fc.constant(type), ...more });
const count = fc.integer({ min: 1, max: 40 });
const operation = fc.oneof(
  { weight: 4, arbitrary: op("show", { at: fc.nat(150) }) },
  { weight: 4, arbitrary: op("scroll", { by: fc.integer({ min: -20, max: 20 }) }) },
  { weight: 4, arbitrary: op("put", { id: fc.nat(140), rank: fc.nat(1400), ...change }) },
  { weight: 2, arbitrary: op("edit", { at: fc.nat(150), ...change }) },
  { weight: 2, arbitrary: op("cut", { at: fc.nat(150), count, ...change }) },
  { weight: 1, arbitrary: op("fill", { rank: fc.nat(1400), count, ...change }) },
  { weight: 1, arbitrary: op("fail") },
  { weight: 1, arbitrary: op("sign") },
);

/** Changes the table. @returns {number[]} ids of the rows that came, went or moved */
function apply(table, { type, id, rank, at, count }, next) {
  if (type === "put") {
    table.put({ id, rank, text: `${rank}` });
    return [id];
  }
  if (type === "fill") {
    const fresh = range(next, next + count);
    for (const id of fresh) table.put({ id, rank, text: "" });
    return fresh;
  }
  const some = table.rows.slice(at, at + (count ?? 1));
  for (const row of some) {
    if (type === "cut") table.delete(row.id);
    else table.put({ ...row, text: `${row.text}!` });
  }
  return ids(some);
}

/** Rows that nobody touched are in order, and none is missing between two others. */
function checkStill(rows, still) {
  const shown = ids(rows).filter((id) => still.includes(id));
  const places = shown.map((id) => still.indexOf(id));
  const from = rows.every(Boolean) ? places.map((_, i) => places[0] + i) : undefined;
  assert.deepEqual(places, from ?? places.toSorted((a, b) => a - b));
}

/** So are all that the list holds. */
function checkOrder(list, still) {
  const places = ids(list.ready()).flatMap((id) => (still.includes(id) ? [still.indexOf(id)] : []));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
}

/** All changes were told: what is shown is what the table has, somewhere. */
function checkTold(rows, table) {
  if (!rows.every(Boolean) || rows.length === 0) return;
  const from = table.rows.findIndex(({ id }) => id === rows[0].id);
  assert.deepEqual(rows, table.rows.slice(from, from + rows.length));
}

async function play(ops, { count, misses, total, cached, ahead, size }) {
  const table = new Table(count);
  const { requests } = table;
  Object.defineProperty(table, "miss", { get: () => misses[requests.length % misses.length] ?? 0 });
  const cache = cached ? await Cache.open("changing") : undefined;
  const source = await open(table, { total, ahead, size, cache });
  const list = new List(source, () => requests.length);
  const tell = (...tags) => (cache ? cache.invalidateTag(...tags) : source.refresh(tags));
  let still = ids(table.rows);
  let [told, always, start, next] = [true, true, 0, 1000];
  const make = (change) => {
    const touched = apply(table, change, next);
    next += touched.length;
    const tags = touched.map((id) => `row:${id}`);
    if (change.type === "edit") return tell(...tags);
    still = still.filter((id) => !touched.includes(id));
    told = change.told;
    always &&= told;
    if (told) tell(...tags, "t:rows");
  };
  for (const one of ops) {
    if (one.type === "fail") table.down = 1;
    else if (one.type === "sign") table.secret++;
    else if (one.type === "show" || one.type === "scroll") {
      start = Math.max(0, Math.min(one.at ?? start + one.by, list.length - 1));
      const rows = await list.show(start, start + VIEW);
      checkStill(rows, still);
      if (told) checkTold(rows, table);
      if (always) checkOrder(list, still);
      table.down = 0;
    } else if (one.late) {
      table.late = () => make(one);
    } else {
      make(one);
      if (one.wait) await settle();
    }
  }
  table.down = 0;
  table.late = undefined;
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
  misses: fc.array(fc.integer({ min: -15, max: 15 }), { maxLength: 4 }),
  total: fc.boolean(),
  cached: fc.boolean(),
  ahead: fc.nat(2),
  size: fc.integer({ min: 3, max: 12 }),
});

test("no row is shown twice or lost, and in the end there is what the table has", async () => {
  const ops = fc.array(operation, { minLength: 10, maxLength: 30, size: "max" });
  await fc.assert(fc.asyncProperty(ops, setting, play), {
    numRuns: 80,
    seed: 20240614,
  });
});

test("estimates that contradict each other put no row out of order", async () => {
  const table = new Table(1000);
  const list = new List(await open(table, { total: true }));
  table.miss = 100;
  await list.show(500, 510);
  table.miss = -40;
  await list.show(600, 610);
  checkOrder(list, ids(table.rows));
});

test("a jump behind the end of a table that shrank finds the end", async () => {
  const table = new Table(1000);
  const source = await open(table, { total: true });
  const list = new List(source);
  await list.show(0, 10);
  table.rows = table.rows.slice(0, 50); // and nobody tells
  await list.show(900, 910);
  for (let start = 0; start < 50; start += 10) await list.show(start, start + 10);
  assert.deepEqual(ids(await list.show(40, 50)), range(40, 50));
  assert.equal(source.length, 50);
});

test("cached pages that contradict each other come to an end", async () => {
  await play(
    [
      { type: "scroll", by: 3 },
      { type: "scroll", by: -19 },
      { type: "show", at: 78 },
      { type: "fail" },
      { type: "put", id: 71, rank: 1066, told: true, wait: false, late: false },
      { type: "scroll", by: -12 },
      { type: "show", at: 70 },
      { type: "scroll", by: -8 },
      { type: "put", id: 48, rank: 1241, told: false, wait: true, late: false },
      { type: "scroll", by: -10 },
      { type: "edit", at: 135, told: true, wait: true, late: true },
      { type: "cut", at: 11, count: 35, told: true, wait: false, late: true },
      { type: "show", at: 138 },
      { type: "scroll", by: 10 },
      { type: "put", id: 46, rank: 1140, told: false, wait: false, late: true },
    ],
    { count: 91, misses: [15, -12, 6, 1], total: true, cached: true, ahead: 0, size: 11 },
  );
});
