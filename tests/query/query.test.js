// The persisters with a real QueryClient. Node has no IndexedDB, so the store that a test holds open
// in memory stands for the disk; tests/query/*.spec.js use a real one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { QueryClient, QueryObserver } from "@tanstack/query-core";
import { persistQueryClient } from "@tanstack/query-persist-client-core";
import { createClientPersister, createPersister, createStorage } from "apus/query";
import { Store } from "apus/store";
import { random } from "../cache/random.js";

const turn = () => new Promise((resolve) => setTimeout(resolve, 2));

/** @param {string} name @param {(name: string) => Promise<void>} body */
const withDisk = (name, body) =>
  test(name, async () => {
    const disk = await Store.open(name);
    try {
      await body(name);
    } finally {
      await disk.close();
    }
  });

/** A client whose queries go through a persister, and its events. @param {any} options @param {any} [queries] */
function visit(options, queries) {
  const persister = createPersister(options);
  const { persisterFn } = persister;
  const client = new QueryClient({
    defaultOptions: { queries: { persister: persisterFn, retry: false, ...queries } },
  });
  /** @type {string[]} */
  const events = [];
  for (const type of /** @type {const} */ (["error", "degraded"])) {
    persister.addEventListener(type, ({ detail }) => events.push(`${type} ${detail.code}`));
  }
  /** @type {string[]} */
  const asked = [];
  const fetch = (/** @type {string} */ key, /** @type {unknown} */ answer = key) =>
    client.fetchQuery({
      queryKey: [key],
      queryFn: async () => {
        asked.push(key);
        return answer;
      },
    });
  return { persister, client, events, asked, fetch };
}

withDisk("queries of an earlier visit are restored with their age", async (name) => {
  const one = visit({ name });
  await one.fetch("a");
  const { dataUpdatedAt } = /** @type {any} */ (one.client.getQueryState(["a"]));
  await turn();
  await one.persister.close();
  const two = visit({ name }, { staleTime: 1e6 });
  assert.deepEqual(await Promise.all([two.fetch("a"), two.fetch("b")]), ["a", "b"]);
  await turn();
  assert.deepEqual(two.asked, ["b"]);
  assert.equal(two.client.getQueryState(["a"])?.dataUpdatedAt, dataUpdatedAt);
  await two.persister.close();
  const other = visit({ name, buster: "2" });
  await other.fetch("a");
  assert.deepEqual(other.asked, ["a"]);
  await other.persister.close();
});

withDisk("stale data are shown and fetched again, if refetchOnRestore says so", async (name) => {
  for (const [refetchOnRestore, staleTime, asks] of [
    [true, 0, 1],
    [false, 0, 0],
    ["always", 1e6, 1],
    [true, 1e6, 0],
  ]) {
    const first = visit({ name });
    await first.persister.removeQueries();
    first.client.setQueryData(["a"], "old");
    await first.persister.persistQueryByKey(["a"], first.client);
    await first.persister.close();
    const { client, persister } = visit({ name, refetchOnRestore }, { staleTime });
    let asked = 0;
    /** @type {unknown[]} */
    const shown = [];
    const queryFn = async () => ++asked;
    const observer = new QueryObserver(client, /** @type {any} */ ({ queryKey: ["a"], queryFn }));
    const stop = observer.subscribe(({ data }) => data && shown.push(data));
    while (shown.length === 0) await turn();
    await turn();
    while (client.isFetching()) await turn();
    await turn();
    assert.deepEqual([shown[0], asked], ["old", asks]);
    stop();
    client.clear();
    await persister.close();
  }
});

withDisk("entries follow a client, as a naive model does", async (name) => {
  const next = random(5);
  const persister = createPersister({ name });
  const client = new QueryClient();
  const end = persister.follow(client);
  /** @type {Map<string, number>} */
  const model = new Map();
  const key = (/** @type {number} */ n) => ["item", { group: n % 5, n }];
  for (let step = 0; step < 2000; step++) {
    const n = next(100);
    const operation = next(40);
    if (operation < 30) {
      client.setQueryData(key(n), step);
      model.set(JSON.stringify(key(n)), step);
    } else if (operation < 36) {
      client.removeQueries({ queryKey: key(n) }); // of memory alone
    } else if (operation < 38) {
      await persister.removeQueries({ queryKey: key(n), exact: true });
      model.delete(JSON.stringify(key(n)));
    } else if (next(10) === 0) {
      await persister.removeQueries({ queryKey: ["item", { group: n % 5 }] });
      for (const each of model.keys()) if (JSON.parse(each)[1].group === n % 5) model.delete(each);
    }
    if (step % 100) continue;
    const restored = new QueryClient();
    assert.equal(await persister.restoreQueries(restored), model.size);
    for (const [each, data] of model) assert.equal(restored.getQueryData(JSON.parse(each)), data);
    assert.equal(await persister.restoreQueries(restored), 0, "newer or equal data stay");
  }
  end();
  await persister.close();
});

withDisk("persistQueryClient writes changed queries alone, and restores all", async (name) => {
  const open = async () => {
    const queryClient = new QueryClient();
    const persister = createClientPersister({ name });
    const [stop, restored] = persistQueryClient({
      ...{ queryClient: /** @type {any} */ (queryClient), persister, buster: "1" },
    });
    await restored;
    const end = async () => {
      await turn();
      stop();
      await persister.close();
    };
    return { queryClient, end };
  };
  const one = await open();
  for (let i = 0; i < 50; i++) one.queryClient.setQueryData(["q", i], { i });
  await one.end();
  const two = await open();
  assert.deepEqual(two.queryClient.getQueryData(["q", 49]), { i: 49 });
  two.queryClient.setQueryData(["q", 7], "changed");
  two.queryClient.removeQueries({ queryKey: ["q", 8] });
  await two.end();
  const three = await open();
  const data = [7, 8, 9].map((i) => three.queryClient.getQueryData(["q", i]));
  assert.deepEqual(data, ["changed", undefined, { i: 9 }]);
  await three.end();
});

withDisk("thousands of reads at once all get their data", async (name) => {
  const persister = createPersister({ name });
  const client = new QueryClient();
  const end = persister.follow(client);
  for (let i = 0; i < 3000; i++) client.setQueryData([i], { i, text: "some text ".repeat(50) });
  end();
  const all = await Promise.all(
    Array.from({ length: 3000 }, (_, i) => persister.retrieveQuery(`[${i}]`)),
  );
  assert.ok(all.every((/** @type {any} */ data, i) => data.i === i));
  await persister.close();
});

withDisk("what cannot be kept is an event", async (name) => {
  const one = visit({ name });
  const cycle = {};
  Object.assign(cycle, { cycle });
  assert.equal(await one.fetch("cycle", cycle), cycle);
  assert.deepEqual(await one.fetch("odd", { a: undefined, b: 1 }), { a: undefined, b: 1 });
  await turn();
  assert.deepEqual(
    one.events.filter((event) => !event.includes("NO_INDEXEDDB")),
    ["error NOT_ENCODABLE"],
  );
  assert.deepEqual(await one.persister.retrieveQuery('["odd"]'), { b: 1 });
  const conflict = visit({ name, store: { level: 5 } });
  assert.equal(await conflict.fetch("odd", "fetched"), "fetched");
  assert.deepEqual(conflict.events, ["degraded OPTIONS_CONFLICT"]);
  assert.equal(await conflict.persister.flush(), false);
  await one.persister.close();
  assert.equal(await one.persister.retrieveQuery('["odd"]'), undefined);
  assert.equal(await one.fetch("late"), "late");
});

withDisk("a storage keeps texts, and misses after close", async (name) => {
  const storage = createStorage({ name });
  await storage.setItem("a", "ä");
  await storage.setItem("b", "");
  await storage.removeItem("unknown");
  assert.equal(await storage.getItem("a"), "ä");
  assert.deepEqual(
    new Map(await storage.entries()),
    new Map([
      ["a", "ä"],
      ["b", ""],
    ]),
  );
  await storage.close();
  assert.equal(await storage.getItem("a"), undefined);
  assert.deepEqual(await storage.entries(), []);
});

test("bad options are refused by name", () => {
  const create = /** @type {any} */ (createPersister);
  assert.throws(() => create({ maxAges: 1 }), /createPersister: unknown option "maxAges"/);
  assert.throws(() => create({ maxAge: "1" }), /createPersister: maxAge must be a number/);
  assert.throws(() => create({ name: "" }), /createPersister: name must not be empty/);
  assert.throws(() => create({ refetchOnRestore: "never" }), /refetchOnRestore must be one of/);
  assert.throws(() => create({ store: { level: 99 } }), /createPersister: store: level must be/);
});
