// createPersister with a real QueryClient: what a visit leaves on disk, and what the next one gets.
import { expect, test } from "./fixture.js";

/** Loads the page again: another visit. @param {import("@playwright/test").Page} page */
const again = (page) => page.reload();

test("a query is restored in the next visit, and not fetched while it is fresh", async ({
  page,
}) => {
  const first = await page.evaluate(async () => {
    const { open, turn } = await import("/store/page.js");
    const { persister, client, fetch, asked } = open({});
    const data = await fetch("a");
    await fetch("b");
    await turn();
    const { dataUpdatedAt } = client.getQueryState(["a"]);
    return { data, dataUpdatedAt, flushed: await persister.flush(), asked };
  });
  expect(first).toMatchObject({ data: "answer to a", flushed: true, asked: ["a", "b"] });
  await again(page);
  const second = await page.evaluate(async () => {
    const { open, turn } = await import("/store/page.js");
    const { client, fetch, asked } = open({}, { staleTime: 1e6 });
    const data = await Promise.all(["a", "b", "c"].map((name) => fetch(name)));
    await turn();
    const { dataUpdatedAt, status } = client.getQueryState(["a"]);
    return { data, dataUpdatedAt, status, asked };
  });
  expect(second).toEqual({
    data: ["answer to a", "answer to b", "answer to c"],
    dataUpdatedAt: first.dataUpdatedAt,
    status: "success",
    asked: ["c"],
  });
});

test("stale data are shown at once and fetched again; refetchOnRestore decides", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { open, turn, QueryObserver } = await import("/store/page.js");
    const visit = open({});
    await visit.fetch("a", "old");
    await turn();
    await visit.persister.close();
    const seen = [];
    for (const [refetchOnRestore, staleTime] of [
      [true, 0],
      [false, 0],
      ["always", 1e6],
      [true, 1e6],
    ]) {
      const { persister, client } = open({ refetchOnRestore }, { staleTime });
      let asked = 0;
      const queryFn = async () => {
        asked++;
        return "new";
      };
      const shown = [];
      const observer = new QueryObserver(client, { queryKey: ["a"], queryFn });
      const stop = observer.subscribe(({ data }) => data && shown.push(data));
      while (shown.length === 0) await turn();
      await turn();
      while (client.isFetching()) await turn();
      await turn();
      seen.push([shown[0], client.getQueryData(["a"]), asked]);
      stop();
      await persister.close();
      const reset = open({});
      reset.client.setQueryData(["a"], "old");
      await reset.persister.persistQueryByKey(["a"], reset.client);
      await reset.persister.close();
    }
    return seen;
  });
  expect(result).toEqual([
    ["old", "new", 1],
    ["old", "old", 0],
    ["old", "new", 1],
    ["old", "old", 0],
  ]);
});

test("another buster or too old data: the entry is dropped, and the query fetched", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { open, turn, SegmentStore } = await import("/store/page.js");
    const { persister, fetch, client } = open({ buster: "1", maxAge: Infinity });
    for (const name of ["a", "b", "c", "gone"]) await fetch(name);
    client.setQueryData(["old"], 1, { updatedAt: Date.now() - 5000 });
    await persister.persistQueryByKey(["old"], client);
    await turn();
    await persister.close();
    const seen = [];
    const keys = async () => {
      const store = await SegmentStore.open("queries");
      const names = ["a", "b", "c", "old"].filter((name) => store.has(`["${name}"]`));
      await store.close();
      return names.join();
    };
    seen.push(await keys());
    const young = open({ buster: "1", maxAge: 4000 });
    seen.push(await young.persister.retrieveQuery('["old"]'), await young.fetch("a", "asked"));
    await young.persister.close();
    seen.push(await keys());
    const next = open({ buster: "2" });
    seen.push(await next.fetch("a", "asked"));
    await turn();
    await next.persister.persisterGc();
    await next.persister.close();
    seen.push(await keys());
    return seen;
  });
  expect(result).toEqual(["a,b,c,old", undefined, "answer to a", "a,b,c", "asked", "a"]);
});

test("queries of a key are restored into a client and removed, newer data stay", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { createPersister, QueryClient } = await import("/store/page.js");
    const persister = createPersister();
    const client = new QueryClient();
    const stop = persister.follow(client);
    for (let i = 0; i < 300; i++) client.setQueryData(["todo", { page: i }], { i });
    client.setQueryData(["user", 1, undefined], { name: "A" });
    stop();
    client.setQueryData(["todo", { page: 1 }], "not followed");
    await persister.flush();
    const other = new QueryClient();
    other.setQueryData(["todo", { page: 2 }], "newer");
    const counts = [
      await persister.restoreQueries(other, { queryKey: ["todo", { page: 7 }], exact: true }),
      await persister.restoreQueries(other, { queryKey: ["todo"] }),
      await persister.restoreQueries(other),
    ];
    const data = [1, 2, 3].map((page) => other.getQueryData(["todo", { page }]));
    const user = other.getQueryData(["user", 1, undefined]);
    await persister.removeQueries({ queryKey: ["todo"] });
    const left = [await persister.restoreQueries(new QueryClient())];
    await persister.removeQueries();
    left.push(await persister.restoreQueries(new QueryClient()));
    return { counts, data, user, left };
  });
  expect(result).toEqual({
    counts: [1, 298, 1],
    data: [{ i: 1 }, "newer", { i: 3 }],
    user: { name: "A" },
    left: [1, 0],
  });
});

test("a filter, a serializer, and data that cannot be serialized", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { open, turn } = await import("/store/page.js");
    const dates = {
      serialize: (query) =>
        JSON.stringify({ ...query, state: { ...query.state, data: +query.state.data } }),
      deserialize: (text) => {
        const query = JSON.parse(text);
        return { ...query, state: { ...query.state, data: new Date(query.state.data) } };
      },
      filter: ({ queryKey }) => queryKey[0] !== "secret",
    };
    const visit = open(dates);
    await visit.fetch("day", new Date(86_400_000));
    await visit.fetch("secret", new Date(0));
    await turn();
    await visit.persister.close();
    const next = open(dates, { staleTime: 1e6 });
    const day = await next.fetch("day");
    await next.fetch("secret", new Date(1));
    await next.persister.close();
    const plain = open({ name: "plain" });
    const cycle = {};
    cycle.itself = cycle;
    await plain.fetch("cycle", cycle);
    await plain.fetch("big", 1n);
    const wrong = open({ name: "plain", serialize: (query) => query });
    await wrong.fetch("not a text");
    await plain.fetch("odd", { a: undefined, b: 1 });
    await turn();
    await plain.persister.flush();
    return {
      ...{ day: day.toISOString(), asked: next.asked },
      ...{ events: plain.events, wrong: wrong.events },
    };
  });
  expect(result).toEqual({
    day: "1970-01-02T00:00:00.000Z",
    asked: ["secret"],
    events: ["error NOT_ENCODABLE", "error NOT_ENCODABLE"],
    wrong: ["error NOT_ENCODABLE"],
  });
});

test("damaged entries are reported and deleted, and the query is fetched", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { open, SegmentStore } = await import("/store/page.js");
    const store = await SegmentStore.open("queries");
    const text = (value) => new TextEncoder().encode(value);
    store.put('["a"]', text('{"buster":""'));
    store.put('["b"]', text("null"));
    store.put('["c"]', { not: "bytes" });
    store.put('["d"]', text('{"buster":"","queryKey":"d","state":{}}'));
    await store.flush();
    const { fetch, events, asked } = open({});
    for (const name of ["a", "b", "c", "d"]) await fetch(name);
    return { events, asked };
  });
  expect(result).toEqual({
    events: Array(3).fill("error CORRUPT"),
    asked: ["a", "b", "c", "d"],
  });
});

test("bad options are refused by name", async ({ page }) => {
  const errors = await page.evaluate(async () => {
    const { createPersister, createClientPersister, createStorage } = await import(
      "/store/page.js"
    );
    const calls = [
      () => createPersister({ maxAges: 1 }),
      () => createPersister({ maxAge: "1" }),
      () => createPersister({ name: "" }),
      () => createPersister({ refetchOnRestore: "never" }),
      () => createPersister({ store: 1 }),
      () => createClientPersister({ buster: "in persistQueryClient" }),
      () => createStorage({ serialize: JSON.stringify }),
    ];
    return calls.map((call) => {
      try {
        call();
        return "accepted";
      } catch (error) {
        return String(error);
      }
    });
  });
  expect(errors).toEqual([
    'TypeError: createPersister: unknown option "maxAges"',
    'TypeError: createPersister: maxAge must be a number, got "1"',
    "TypeError: createPersister: name must not be empty",
    expect.stringContaining("createPersister: refetchOnRestore must be one of"),
    "TypeError: createPersister: store: options must be an object, got 1",
    'TypeError: createClientPersister: unknown option "buster"',
    'TypeError: createStorage: unknown option "serialize"',
  ]);
});

test("thousands of reads at once let the page's other tasks run", async ({ page }) => {
  const { turns, right, restored } = await page.evaluate(async () => {
    const { createPersister, QueryClient } = await import("/store/page.js");
    const persister = createPersister();
    const client = new QueryClient();
    const end = persister.follow(client);
    for (let i = 0; i < 3000; i++) client.setQueryData([i], { i, text: "some text ".repeat(50) });
    end();
    await persister.flush();
    const { port1, port2 } = new MessageChannel();
    let turns = 0;
    port1.onmessage = () => {
      turns++;
      port2.postMessage(0);
    };
    port2.postMessage(0);
    const reads = Array.from({ length: 3000 }, (_, i) => persister.retrieveQuery(`[${i}]`));
    const right = (await Promise.all(reads)).every((data, i) => data.i === i);
    port1.close();
    return { turns, right, restored: await persister.restoreQueries(new QueryClient()) };
  });
  expect(right).toBe(true);
  expect(restored).toBe(3000);
  expect(turns).toBeGreaterThanOrEqual(Math.floor(3000 / 256));
});
