// The part of the benchmark that runs in the page.
import { QueryClient } from "@tanstack/query-core";
import {
  experimental_createQueryPersister,
  persistQueryClientRestore,
  persistQueryClientSave,
} from "@tanstack/query-persist-client-core";
import { createStore, del, entries, get, set, setMany } from "idb-keyval";
import { createClientPersister, createPersister } from "../../js/query/index.js";
import { records } from "../store/bench-page.js";

/** Keys and data of an application: most are one record of 0.9 KB, some are lists of 20 rows. */
export function queries(/** @type {number} */ count) {
  const all = records(count);
  return all.map((record, i) => {
    if (i % 25) return { queryKey: ["product", { id: record.id }], data: record };
    const rows = all
      .slice(i, i + 20)
      .map(({ id, title, price, stock }) => ({ id, title, price, stock }));
    return { queryKey: ["products", { page: i / 25 }], data: { rows, total: count } };
  });
}

const keyval = (/** @type {string} */ name) => createStore(`bench-${name}`, "s");
/** As the documentation of TanStack Query's persisters shows it. @param {any} store */
const inIdb = (store) => ({
  persistClient: (/** @type {any} */ client) => set("client", client, store),
  restoreClient: () => get("client", store),
  removeClient: () => del("client", store),
});
/** @param {any} store */
const itemsInIdb = (store) => ({
  getItem: (/** @type {string} */ key) => get(key, store),
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => set(key, value, store),
  removeItem: (/** @type {string} */ key) => del(key, store),
  entries: () => entries(store),
});
/** As localStorage, which refuses that much: one text, at hand. @param {{ text: string }} storage */
const inText = (storage) => ({
  persistClient(/** @type {any} */ client) {
    storage.text = JSON.stringify(client);
  },
  restoreClient: () => JSON.parse(storage.text),
  removeClient() {},
});

const options = { defaultOptions: { queries: { gcTime: 1e8, staleTime: 1e8, retry: false } } };
const filled = (/** @type {any} */ all) => {
  const client = new QueryClient(options);
  for (const { queryKey, data } of all) client.setQueryData(queryKey, data);
  return client;
};

/** Every query is used at once, as by components that mount together. @param {any} persister @param {any[]} all */
async function useAll(persister, all) {
  const client = new QueryClient(options);
  let first = 0;
  const begin = performance.now();
  const queryFn = () => Promise.reject(new Error("not restored"));
  await Promise.all(
    all.map(async ({ queryKey }) => {
      await client.fetchQuery({ queryKey, queryFn, persister });
      first ||= performance.now() - begin;
    }),
  );
  return { client, first };
}

/** @param {any} client @param {any} persister */
async function restore(client, persister) {
  await persistQueryClientRestore({ queryClient: client, persister });
  return client;
}

/** The ways to keep a client: how each is filled, restores all, gets one query's data, and keeps a change. */
const ways = {
  "Apus, all into the client": {
    async fill(/** @type {any} */ all) {
      const persister = createPersister({ name: "bench" });
      for (const query of filled(all).getQueryCache().getAll()) void persister.persistQuery(query);
      if (!(await persister.flush())) throw new Error("not written");
      await persister.close();
    },
    async restore() {
      const client = new QueryClient(options);
      await createPersister({ name: "bench" }).restoreQueries(client);
      return client;
    },
    first: (/** @type {any} */ { queryHash }) =>
      createPersister({ name: "bench" }).retrieveQuery(queryHash),
    change(/** @type {any} */ client) {
      const persister = createPersister({ name: "bench" });
      persister.follow(client);
      return () => persister.flush();
    },
  },
  "Apus, as queries are used": {
    restore: async (/** @type {any} */ all) =>
      (await useAll(createPersister({ name: "bench" }).persisterFn, all)).client,
  },
  "Apus, persistQueryClient": {
    async fill(/** @type {any} */ all) {
      const persister = createClientPersister({ name: "bench client" });
      await persistQueryClientSave({ queryClient: filled(all), persister });
      if (!(await persister.flush())) throw new Error("not written");
      await persister.close();
    },
    restore: () =>
      restore(new QueryClient(options), createClientPersister({ name: "bench client" })),
    async change(/** @type {any} */ queryClient) {
      const persister = createClientPersister({ name: "bench client" });
      await persister.restoreClient();
      await persistQueryClientSave({ queryClient, persister });
      await persister.flush();
      return async () => {
        await persistQueryClientSave({ queryClient, persister });
        return persister.flush();
      };
    },
  },
  "createQueryPersister + idb-keyval, all": {
    async fill(/** @type {any} */ all) {
      const cache = filled(all).getQueryCache().getAll();
      const item = ({ queryHash, queryKey, state }) => [
        `tanstack-query-${queryHash}`,
        JSON.stringify({ state, queryKey, queryHash, buster: "" }),
      ];
      await setMany(cache.map(/** @type {any} */ (item)), keyval("items"));
    },
    async restore() {
      const client = new QueryClient(options);
      const storage = itemsInIdb(keyval("items"));
      await experimental_createQueryPersister({ storage }).restoreQueries(client);
      return client;
    },
    first: (/** @type {any} */ { queryHash }) =>
      experimental_createQueryPersister({ storage: itemsInIdb(keyval("items")) }).retrieveQuery(
        queryHash,
      ),
    change(/** @type {any} */ client) {
      const persister = experimental_createQueryPersister({ storage: itemsInIdb(keyval("items")) });
      return (/** @type {any} */ key) => persister.persistQueryByKey(key, client);
    },
  },
  "createQueryPersister + idb-keyval, as used": {
    restore: async (/** @type {any} */ all) => {
      const storage = itemsInIdb(keyval("items"));
      return (await useAll(experimental_createQueryPersister({ storage }).persisterFn, all)).client;
    },
  },
  "persistQueryClient + idb-keyval": {
    async fill(/** @type {any} */ all) {
      await persistQueryClientSave({
        queryClient: filled(all),
        persister: inIdb(keyval("client")),
      });
    },
    restore: () => restore(new QueryClient(options), inIdb(keyval("client"))),
    change: (/** @type {any} */ queryClient) => () =>
      persistQueryClientSave({ queryClient, persister: inIdb(keyval("client")) }),
  },
  "persistQueryClient + text, as localStorage": {
    async fill(/** @type {any} */ all) {
      const storage = { text: "" };
      await persistQueryClientSave({ queryClient: filled(all), persister: inText(storage) });
      await set("text", storage.text, keyval("text"));
    },
    // The text comes from IndexedDB before the clock starts, because localStorage holds less.
    async prepare() {
      return { text: /** @type {string} */ (await get("text", keyval("text"))) };
    },
    restore: (/** @type {any} */ _all, /** @type {any} */ storage) =>
      restore(new QueryClient(options), inText(storage)),
    change: (/** @type {any} */ queryClient) => () =>
      persistQueryClientSave({ queryClient, persister: inText({ text: "" }) }),
  },
};

export const names = Object.keys(ways);

/** The longest stretch in which no other task could run, and the time, in ms. @param {() => any} work */
async function watched(work) {
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  let longest = 0;
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    port2.postMessage(0);
  };
  port2.postMessage(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  longest = 0;
  const begin = performance.now();
  const result = await work();
  const ms = performance.now() - begin;
  await new Promise((resolve) => setTimeout(resolve, 20)); // restored queries learn their ages
  port1.onmessage = null;
  port1.close();
  return { longest, ms, result };
}

/** @param {number} count */
export async function fill(count) {
  const all = queries(count);
  for (const way of Object.values(ways)) await /** @type {any} */ (way).fill?.(all);
}

/** @param {string} name of a way @param {number} count */
export async function restoreAll(name, count) {
  const way = /** @type {any} */ (ways)[name];
  const all = queries(count);
  const prepared = await way.prepare?.();
  const { longest, ms, result } = await watched(() => way.restore(all, prepared));
  const some = all[count >> 1];
  const data = result.getQueryData(some.queryKey);
  if (result.getQueryCache().getAll().length !== count)
    throw new Error(`${name}: not all restored`);
  if (JSON.stringify(data) !== JSON.stringify(some.data)) throw new Error(`${name}: wrong data`);
  return { longest, ms };
}

/** ms until the data of one query are there; a way without `first` restores all. @param {string} name @param {number} count */
export async function first(name, count) {
  const way = /** @type {any} */ (ways)[name];
  const all = queries(count);
  const { queryKey } = all[count >> 1];
  const queryHash = filled([{ queryKey, data: 1 }])
    .getQueryCache()
    .getAll()[0].queryHash;
  const prepared = await way.prepare?.();
  const begin = performance.now();
  const data = await (way.first
    ? way.first({ queryHash })
    : (await way.restore(all, prepared)).getQueryData(queryKey));
  if (data === undefined) throw new Error(`${name}: no data`);
  return performance.now() - begin;
}

/** One query of the client changes until it is on the disk: the median, and the longest task. @param {string} name @param {number} count @param {number} rounds */
export async function change(name, count, rounds) {
  const client = filled(queries(count));
  const keep = await /** @type {any} */ (ways)[name].change(client);
  const times = [];
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const key = ["product", { id: 25 * round + 1 }];
    const it = await watched(() => {
      client.setQueryData(key, (/** @type {any} */ old) => ({ ...old, stock: round }));
      return keep(key);
    });
    times.push(it.ms);
    longest = Math.max(longest, it.longest);
  }
  return { ms: times.sort((a, b) => a - b)[rounds >> 1], longest };
}
