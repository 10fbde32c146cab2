// createClientPersister under persistQueryClient, and createStorage under TanStack Query's own persister.
import { expect, test } from "./fixture.js";

test("persistQueryClient restores a client, and each change writes its query alone", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { createClientPersister, persistQueryClient, QueryClient, SegmentStore, turn } =
      await import("/store/page.js");
    /** @type {string[]} */
    const written = [];
    const { put } = SegmentStore.prototype;
    SegmentStore.prototype.put = function (key, ...rest) {
      written.push(key);
      return put.call(this, key, ...rest);
    };
    const visit = async () => {
      const queryClient = new QueryClient();
      const persister = createClientPersister();
      const [stop, restored] = persistQueryClient({ queryClient, persister, buster: "1" });
      await restored;
      const end = async () => {
        await turn();
        await persister.flush();
        stop();
        await persister.close();
        return written.splice(0).filter((key) => key !== "\0client");
      };
      return { queryClient, persister, end };
    };
    const one = await visit();
    for (let i = 0; i < 50; i++) one.queryClient.setQueryData(["q", i], { i });
    const first = await one.end();
    const two = await visit();
    const restored = [0, 49].map((i) => two.queryClient.getQueryData(["q", i]));
    two.queryClient.setQueryData(["q", 7], { i: "changed" });
    two.queryClient.removeQueries({ queryKey: ["q", 8] });
    const second = await two.end();
    const three = await visit();
    const third = [7, 8, 9].map((i) => three.queryClient.getQueryData(["q", i]));
    await three.end();
    return { first: first.length, restored, second, third };
  });
  expect(result).toEqual({
    first: 50,
    restored: [{ i: 0 }, { i: 49 }],
    second: ['["q",7]'],
    third: [{ i: "changed" }, undefined, { i: 9 }],
  });
});

test("another buster or an old client: everything is removed, as persistQueryClient asks", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { createClientPersister, persistQueryClientRestore, QueryClient } = await import(
      "/store/page.js"
    );
    const persister = createClientPersister();
    const state = (data) => ({ data, dataUpdatedAt: 1, errorUpdatedAt: 0, status: "success" });
    const save = (timestamp, buster) =>
      persister.persistClient({
        ...{ timestamp, buster },
        clientState: {
          queries: [{ queryKey: ["a"], queryHash: '["a"]', state: state(timestamp) }],
          mutations: [],
        },
      });
    const restore = async (options) => {
      const queryClient = new QueryClient();
      await persistQueryClientRestore({ queryClient, persister, ...options });
      return queryClient.getQueryData(["a"]) !== undefined;
    };
    const seen = [await restore({ buster: "1" })];
    await save(Date.now(), "1");
    seen.push(
      await restore({ buster: "1" }),
      await restore({ buster: "2" }),
      await restore({ buster: "1" }),
    );
    await save(Date.now() - 1000, "1");
    seen.push(await restore({ buster: "1" }), await restore({ buster: "1", maxAge: 10 }));
    seen.push((await persister.restoreClient()) === undefined);
    return seen;
  });
  expect(result).toEqual([false, true, false, false, true, false, true]);
});

test("mutations and infinite queries come back", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { createClientPersister, QueryClient, persistQueryClientRestore } = await import(
      "/store/page.js"
    );
    const persister = createClientPersister();
    const state = { dataUpdatedAt: 1, errorUpdatedAt: 0, status: "success" };
    const pages = { pages: [["a"], ["b"]], pageParams: [undefined, 1] };
    const queries = [
      {
        queryKey: ["list"],
        queryHash: '["list"]',
        queryType: "infinite",
        state: { ...state, data: pages },
      },
      { queryKey: ["waits"], queryHash: '["waits"]', state: { ...state, status: "pending" } },
    ];
    const mutations = [{ mutationKey: ["save"], state: { isPaused: true, variables: { id: 1 } } }];
    await persister.persistClient({
      timestamp: Date.now(),
      buster: "",
      clientState: { queries, mutations },
    });
    await persister.close();
    const queryClient = new QueryClient();
    await persistQueryClientRestore({ queryClient, persister: createClientPersister() });
    const cache = queryClient.getQueryCache();
    return {
      keys: cache.getAll().map(({ queryKey, queryType }) => [...queryKey, queryType].join()),
      pages: queryClient.getQueryData(["list"]).pages,
      mutation: queryClient.getMutationCache().getAll()[0].state.variables,
    };
  });
  expect(result).toEqual({ keys: ["list,infinite"], pages: [["a"], ["b"]], mutation: { id: 1 } });
});

test("TanStack Query's own persister works on the storage", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const page = await import("/store/page.js");
    const { createStorage, experimental_createQueryPersister, QueryClient, turn } = page;
    const visit = async (staleTime) => {
      const storage = createStorage({ name: "storage" });
      const persister = experimental_createQueryPersister({ storage });
      const client = new QueryClient();
      let asked = 0;
      const data = await client.fetchQuery({
        ...{ queryKey: ["a"], staleTime, persister: persister.persisterFn },
        queryFn: async () => ++asked,
      });
      await turn();
      const entries = (await storage.entries()).length;
      await persister.persisterGc();
      await storage.removeItem("unknown");
      await storage.close();
      return { data, asked, entries, missing: await storage.getItem("a") };
    };
    return [await visit(0), await visit(1e6)];
  });
  expect(result).toEqual([
    { data: 1, asked: 1, entries: 1, missing: undefined },
    { data: 1, asked: 0, entries: 1, missing: undefined },
  ]);
});
