import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../../js/cache/index.js";
import { ids, List, open, range, settle, Table } from "./table.js";

test("a table is read page by page, and then without a request", async () => {
  const table = new Table(95);
  const source = await open(table);
  for (let start = 0; start < 100; start += 10) {
    assert.deepEqual(
      ids(await source.getRange(start, start + 10)),
      range(start, Math.min(95, start + 10)),
    );
  }
  assert.equal(source.length, 95);
  assert.equal(table.asked().length, 10);
  assert.deepEqual(ids(source.getRange(7, 33)), range(7, 33));
  assert.deepEqual(table.asked(), []);
});

test("a jump asks by ordinal, and goes on from there in both directions", async () => {
  const table = new Table(10_000);
  const source = await open(table, { total: true });
  assert.equal(source.length, 10_000);
  assert.deepEqual(ids(await source.getRange(5000, 5010)), range(5000, 5010));
  assert.deepEqual(ids(await source.getRange(4990, 5000)), range(4990, 5000));
  assert.deepEqual(ids(await source.getRange(5010, 5030)), range(5010, 5030));
  assert.deepEqual(table.asked(), [0, 4999, "before", "after", "after"]);
  assert.deepEqual(ids(await source.getRange(9990, 10_000)), range(9990, 10_000));
  assert.equal(source.length, 10_000);
});

test("two pages of a jump that are asked for at once take one jump", async () => {
  const table = new Table(10_000);
  const source = await open(table, { total: true });
  table.asked();
  const rows = await Promise.all([source.getRange(500, 510), source.getRange(510, 520)]);
  assert.deepEqual(ids(rows.flat()), range(500, 520));
  assert.deepEqual(table.asked(), [499, "after"]);
});

test("a jump's estimate is corrected at the table's end, and where two reads meet", async () => {
  const table = new Table(200);
  table.miss = -15;
  const source = await open(table, { total: true });
  const list = new List(source);
  await list.show(100, 110);
  for (let start = 90; start >= 0; start -= 10) await list.show(start, start + 10);
  assert.deepEqual(ids(await list.show(0, 10)), range(0, 10));
  for (let start = 0; start < 200; start += 10) await list.show(start, start + 10);
  assert.deepEqual(ids(await list.show(100, 110)), range(100, 110));
  assert.equal(source.length, 200);
  assert.equal(list.length, 200);
});

test("one changed row of 50 pages is one request, wherever the pages came from", async () => {
  const table = new Table(1000);
  const cache = await Cache.open("pages");
  const source = await open(table, { cache, total: true });
  const list = new List(source);
  for (let start = 0; start < 300; start += 10) await list.show(start, start + 10);
  for (let start = 500; start < 600; start += 10) await list.show(start, start + 10);
  for (let start = 490; start > 400; start -= 10) await list.show(start, start + 10);
  for (const id of [256, 0, 500, 555, 450, 499, 409, 489, 479]) {
    await list.show(Math.max(0, id - 5), id + 5);
    table.asked();
    table.put({ id, rank: id * 10, text: "new" });
    cache.invalidateTag(`row:${id}`);
    list.splices.length = 0;
    const rows = await list.show(Math.max(0, id - 5), id + 5);
    assert.equal(rows.find((row) => row.id === id).text, "new");
    assert.equal(table.asked().length, 1, `row ${id}`);
    assert.deepEqual(
      list.splices.filter(([, removed]) => removed),
      [[id, 1, 1]],
    );
  }
  source.dispose();
  await cache.close();
});

test("a page that is out of view is fetched again when it is shown", async () => {
  const table = new Table(300);
  const source = await open(table);
  const list = new List(source);
  for (let start = 0; start < 300; start += 10) await list.show(start, start + 10);
  table.asked();
  table.put({ id: 12, rank: 120, text: "new" });
  source.refresh(["row:12"]);
  await settle();
  assert.deepEqual(table.asked(), []);
  assert.equal((await list.show(10, 20))[2].text, "new");
  assert.equal(table.asked().length, 1);
});

test("inserted, deleted and moved rows shift the rows behind them, not the requests", async () => {
  const table = new Table(500);
  const source = await open(table);
  const list = new List(source);
  for (let start = 0; start < 500; start += 10) await list.show(start, start + 10);
  await list.show(112, 138);
  table.asked();
  table.put({ id: 1000, rank: 1235, text: "" });
  source.refresh(["t:rows", "row:1000"]);
  const shown = [...range(112, 124), 1000, ...range(124, 137)];
  assert.deepEqual(ids(await list.show(112, 138)), shown);
  assert.equal(list.length, 501);
  assert.ok(table.asked().length <= 5);
  table.delete(131);
  source.refresh(["t:rows", "row:131"]);
  const left = [...shown.filter((id) => id !== 131), 137];
  assert.deepEqual(ids(await list.show(112, 138)), left);
  assert.equal(list.length, 500);
  table.put({ id: 300, rank: 1201, text: "" });
  source.refresh(["row:300", "t:rows"]);
  assert.deepEqual(ids(await list.show(118, 124)), [118, 119, 120, 300, 121, 122]);
  assert.ok(!ids(await list.show(295, 305)).includes(300));
});

test("a row that moves across the join of two pages is found again by its tag alone", async () => {
  const table = new Table(50);
  const source = await open(table);
  const list = new List(source);
  for (let start = 0; start < 50; start += 10) await list.show(start, start + 10);
  table.put({ id: 9, rank: 255, text: "" });
  source.refresh(["row:9"]);
  assert.deepEqual(ids(await list.show(0, 50)), [
    ...range(0, 9),
    ...range(10, 26),
    9,
    ...range(26, 50),
  ]);
});

test("a row that moved to a page that is fetched later is shown there alone", async () => {
  const table = new Table(50);
  const source = await open(table);
  const list = new List(source);
  await list.show(0, 20);
  table.put({ id: 5, rank: 255, text: "" }); // and nobody tells
  await list.show(15, 30);
  const shown = ids(await list.show(0, 30)).filter((id) => id === 5);
  assert.equal(shown.length, 1);
});

test("rows that came or went out of view change the length, if the table is counted", async () => {
  const table = new Table(1000);
  const source = await open(table, { total: true });
  const list = new List(source);
  await list.show(0, 10);
  table.rows = table.rows.slice(0, 600);
  source.refresh(["t:rows"]);
  await list.show(0, 10);
  assert.equal(source.length, 600);
  assert.equal(list.length, 600);
});

test("rows come into an empty table, and go", async () => {
  const table = new Table(0);
  const source = await open(table);
  const list = new List(source);
  await list.show(0, 10);
  assert.equal(list.length, 0);
  for (const id of [3, 1, 2]) table.put({ id, rank: id, text: "" });
  source.refresh(["t:rows"]);
  assert.deepEqual(ids(await list.show(0, 10)), [1, 2, 3]);
  for (const id of [3, 1, 2]) table.delete(id);
  source.refresh(["t:rows"]);
  await list.show(0, 10);
  assert.equal(list.length, 0);
});

test("a request ends with its last caller, and callers share it", async () => {
  const table = new Table(1000);
  let go = () => {};
  table.wait = () =>
    new Promise((resolve) => {
      go = resolve;
    });
  const source = await open(table);
  const [a, b, c] = range(0, 3).map(() => new AbortController());
  const one = source.getRange(0, 10, a.signal);
  const two = source.getRange(0, 10, b.signal);
  assert.equal(table.requests.length, 1);
  a.abort(new Error("gone"));
  await assert.rejects(one, /gone/);
  assert.equal(table.requests[0].signal.aborted, false);
  go();
  assert.equal((await two).length, 10);
  const three = source.getRange(10, 20, c.signal);
  c.abort(new Error("gone"));
  await assert.rejects(three, /gone/);
  assert.equal(table.requests[1].signal.aborted, true);
});

test("a page that failed is fetched when the list asks again, also one that had changed", async () => {
  const table = new Table(100);
  table.down = 1;
  const source = await open(table);
  const errors = [];
  source.addEventListener("error", ({ detail: { error } }) => errors.push(error.message));
  await assert.rejects(source.getRange(0, 10), /down/);
  assert.deepEqual(ids(await source.getRange(0, 10)), range(0, 10));
  table.down = 2;
  table.put({ id: 5, rank: 50, text: "new" });
  source.refresh(["row:5"]);
  assert.equal(source.getRange(0, 10)[5].text, ""); // and asks meanwhile
  await settle();
  await assert.rejects(async () => source.getRange(0, 10), /down/);
  assert.equal((await source.getRange(0, 10))[5].text, "new");
  assert.deepEqual(errors, ["down", "down", "down"]);
});

test("pages ahead are fetched in the direction of the reads, and no more than asked for", async () => {
  const table = new Table(1000);
  const source = await open(table, { ahead: 3, total: true });
  await source.getRange(0, 10);
  await source.getRange(10, 20);
  await settle();
  const count = table.asked().length;
  assert.ok(count > 2 && count <= 5, `${count}`);
  assert.ok(Array.isArray(source.getRange(20, 30)));
  await source.getRange(500, 510);
  await settle();
  table.asked();
  await source.getRange(490, 500);
  await settle();
  assert.ok(Array.isArray(source.getRange(480, 490)));
  const ways = table.asked();
  assert.ok(ways.length > 0 && !ways.includes("after"), `${ways}`);
});

test("a change during a request is not missed", async () => {
  const table = new Table(100);
  const source = await open(table);
  const list = new List(source);
  const late = table.fetchPage;
  let begun = false;
  const slow = async (query) => {
    const answer = await late(query);
    if (!begun) {
      begun = true;
      table.put({ id: 5, rank: 50, text: "new" });
      changed.refresh(["row:5"]);
      await settle();
    }
    return answer;
  };
  const changed = await open({ fetchPage: slow });
  const other = new List(changed);
  await settle();
  await other.show(0, 10);
  await settle();
  assert.equal((await other.show(0, 10))[5].text, "new");
  list.dispose();
});

test("a refresh of all is not missed by the first request", async () => {
  const table = new Table(20);
  const source = await open(table, { name: undefined, tags: undefined });
  table.late = () => {
    table.put({ id: 5, rank: 50, text: "new" });
    source.refresh();
  };
  const list = new List(source);
  assert.equal((await list.show(0, 10))[5].text, "new");
});

test("cursors that are refused begin again at the ordinal", async () => {
  const table = new Table(1000);
  const source = await open(table, { total: true });
  const list = new List(source);
  await list.show(300, 310);
  table.secret++;
  assert.deepEqual(ids(await list.show(310, 320)), range(310, 320));
  assert.deepEqual(ids(await list.show(300, 310)), range(300, 310));
  assert.equal(list.length, 1000);
});

test("more pages than are held can be read, and the others are fetched again", async () => {
  const table = new Table(3000);
  const source = await open(table);
  const list = new List(source);
  for (let start = 0; start < 3000; start += 10) {
    assert.deepEqual(ids(await list.show(start, start + 10)), range(start, start + 10));
  }
  assert.equal(source.length, 3000);
  assert.deepEqual(ids(await list.show(0, 30)), range(0, 30));
  assert.deepEqual(ids(await list.show(1500, 1530)), range(1500, 1530));
});
