import assert from "node:assert/strict";
import test from "node:test";
import { ListData } from "../../js/list/data.js";
import { ask, search } from "../../js/list/search.js";

const { signal } = new AbortController();

/** Data from a source of `length` numbers, and what was asked of it. */
function paged(length, more = {}) {
  const asked = [];
  const splicers = new Set();
  const data = new ListData({
    rebind: () => {},
    spliced: (...splice) => {
      for (const follow of splicers) follow(...splice);
    },
  });
  data.setSource({
    length,
    pageSize: 10,
    getRange: async (start, end) => {
      asked.push(start);
      return Array.from({ length: end - start }, (_, i) => start + i);
    },
    ...more,
  });
  return { data, asked, splicers };
}

const look = ({ data, splicers }, wanted, options) =>
  search(data, splicers, (index) => data.get(index) === wanted, { from: 0, signal, ...options });

test("a search loads no more pages than it may, and says that rows are missing", async () => {
  const list = paged(1000);
  assert.deepEqual(await look(list, 55, { maxPages: 3 }), {
    index: -1,
    complete: false,
    cause: undefined,
  });
  assert.deepEqual(list.asked, [0, 10, 20]);
  assert.deepEqual(await look(list, 55, { maxPages: 3 }), { index: 55, complete: true });
  assert.deepEqual(list.asked, [0, 10, 20, 30, 40, 50]);
});

test("a search that may load nothing looks at the pages that have loaded", async () => {
  const list = paged(100_000_000);
  await list.data.read(77_000_005, signal);
  assert.deepEqual(await look(list, 77_000_009), { index: 77_000_009, complete: false });
  assert.equal((await look(list, 77_000_009, { from: 5, backwards: true })).index, 77_000_009);
  assert.deepEqual(list.asked, [77_000_000]);
});

test("a search goes round the end, both ways", async () => {
  const list = paged(95);
  const all = { maxPages: Infinity };
  assert.equal((await look(list, 3, { from: 50, ...all })).index, 3);
  assert.equal((await look(list, 94, { from: 50, backwards: true, ...all })).index, 94);
  assert.deepEqual(await look(list, -5, { from: 50, ...all }), {
    index: -1,
    complete: true,
    cause: undefined,
  });
});

test("a search of a source without length ends at its end", async () => {
  const list = paged(undefined, {
    getRange: async (start, end) =>
      Array.from({ length: Math.max(Math.min(end, 42) - start, 0) }, (_, i) => start + i),
  });
  assert.equal((await look(list, 41, { maxPages: 100 })).index, 41);
  assert.equal((await look(list, 99, { maxPages: 100 })).complete, true);
  assert.equal(list.data.length, 42);
});

test("a failed page ends the loading, not the search", async () => {
  const list = paged(100);
  const { getRange } = list.data.source;
  list.data.source.getRange = (start, end) =>
    start === 20 ? Promise.reject(new Error("down")) : getRange(start, end);
  await list.data.read(95, signal);
  const found = await look(list, 97, { maxPages: 10 });
  assert.deepEqual([found.index, found.complete], [97, false]);
  const none = await look(list, 50, { maxPages: 10 });
  assert.deepEqual([none.index, none.complete, none.cause.message], [-1, false, "down"]);
});

test("a search ends at once when its signal aborts, also while a page never comes", async () => {
  const list = paged(100, { getRange: () => new Promise(() => {}) });
  const abort = new AbortController();
  const found = look(list, 1, { maxPages: 10, signal: abort.signal });
  abort.abort(new Error("enough"));
  await assert.rejects(found, /enough/);
});

test("a search follows splices: rows that come meanwhile are searched", async () => {
  for (const at of [5, 50, 95]) {
    const list = paged(100);
    let spliced = false;
    const matches = (index) => {
      if (index === 60 && !spliced) {
        spliced = true;
        list.data.setItems(Array.from({ length: 101 }, (_, i) => (i === at ? "new" : i)));
        for (const follow of list.splicers) follow(at, 0, 1);
      }
      return list.data.get(index) === "new";
    };
    const found = await search(list.data, list.splicers, matches, {
      from: 0,
      signal,
      maxPages: Infinity,
    });
    assert.equal(found.index, at);
  }
});

test("ask() wraps round the end and grows a list of unknown length", async () => {
  const calls = [];
  const list = paged(undefined, {
    find: (query, { from, backwards }) => {
      calls.push([query, from, backwards]);
      return calls.length === 1 ? -1 : 500;
    },
  });
  const found = await ask(list.data, "x", { from: 3, signal });
  assert.deepEqual(found, { index: 500, complete: true });
  assert.deepEqual(calls, [
    ["x", 3, false],
    ["x", 0, false],
  ]);
  assert.ok(list.data.length > 500);
  assert.equal(list.data.get(500), 500);
});

test("a source's answer is checked", async () => {
  for (const answer of [100, -2, 1.5, "1", undefined]) {
    const list = paged(100, { find: () => answer });
    await assert.rejects(ask(list.data, "x", { from: 0, signal }), /source\.find/);
  }
  assert.throws(() => paged(100, { find: "x" }), /source\.find must be a function/);
  assert.throws(() => paged(100, { headers: [1] }), /source\.headers must be a function/);
});
