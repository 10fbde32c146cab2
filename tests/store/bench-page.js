// The part of the benchmark that runs in the page.
import Dexie from "dexie";
import { createStore, setMany } from "idb-keyval";
import localforage from "localforage";
import { SegmentStore } from "../../js/store/segment-store.js";

const WORDS = (
  "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut " +
  "labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris"
).split(" ");

/** Records of about 0.9 KB of JSON, as an application has them. @param {number} count */
export function records(count) {
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const words = (n) => Array.from({ length: n }, () => WORDS[Math.floor(random() * WORDS.length)]);
  return Array.from({ length: count }, (_, i) => ({
    id: i,
    uuid: Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(16)).join("-"),
    title: words(6).join(" "),
    price: Math.round(random() * 1e5) / 100,
    stock: Math.floor(random() * 500),
    tags: words(4),
    updated: new Date(1.6e12 + Math.floor(random() * 1e11)).toISOString(),
    seller: { name: words(2).join(" "), rating: Math.round(random() * 50) / 10, city: words(1)[0] },
    description: words(85).join(" "),
  }));
}

const key = (record) => `product:${record.id}`;

function remove(name) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

/** Each takes records and resolves when they are on the disk; the time is in ms. */
const writers = {
  async apus(all) {
    const store = await SegmentStore.open("bench");
    const start = performance.now();
    for (const record of all) store.put(key(record), record);
    if (!(await store.flush())) throw new Error("not written");
    const time = performance.now() - start;
    await store.close();
    await remove("apus:bench");
    return time;
  },
  async "idb-keyval setMany"(all) {
    const store = createStore("keyval", "s");
    const start = performance.now();
    await setMany(
      all.map((record) => [key(record), record]),
      store,
    );
    const time = performance.now() - start;
    (await store("readonly", (s) => s.transaction.db)).close();
    await remove("keyval");
    return time;
  },
  async "idb-keyval setMany, JSON"(all) {
    const store = createStore("keyval", "s");
    const start = performance.now();
    await setMany(
      all.map((record) => [key(record), JSON.stringify(record)]),
      store,
    );
    const time = performance.now() - start;
    (await store("readonly", (s) => s.transaction.db)).close();
    await remove("keyval");
    return time;
  },
  async "Dexie bulkPut"(all) {
    const db = new Dexie("dexie");
    db.version(1).stores({ products: "id" });
    await db.open();
    const start = performance.now();
    await db.products.bulkPut(all);
    const time = performance.now() - start;
    await db.delete();
    return time;
  },
  async "localforage setItem"(all) {
    const some = all.slice(0, Math.ceil(all.length / 10)); // because it is slow
    const store = localforage.createInstance({ name: "forage", driver: localforage.INDEXEDDB });
    await store.ready();
    const start = performance.now();
    await Promise.all(some.map((record) => store.setItem(key(record), record)));
    const time = performance.now() - start;
    await store.dropInstance({ name: "forage" });
    return time * (all.length / some.length);
  },
};

/** Interleaved, the best of `rounds`. @returns us a record, by writer */
export async function write(count, rounds) {
  const all = records(count);
  const best = {};
  const order = Object.entries(writers);
  for (let round = 0; round < rounds; round++) {
    for (const [name, writer] of order) {
      // The backend is still busy with the deletions of the previous writer.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const us = ((await writer(all)) / count) * 1000;
      best[name] = Math.min(best[name] ?? Infinity, us);
    }
    order.push(...order.splice(0, 1));
  }
  return { best, json: JSON.stringify(all).length / count };
}

/** One writer alone, for a profiler. @param {string} name @param {number} count */
export function writeOnly(name, count) {
  return writers[name](records(count));
}

/** The longest stretch in which no other task could run, in ms, while `work` runs. */
async function longestTask(work) {
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
  const result = await work();
  port1.onmessage = null;
  port1.close();
  return { longest, result };
}

/** Fills the database that `restoreGetAll` reads. */
export async function fillPlain(count) {
  const all = records(count);
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open("plain", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("s");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (let at = 0; at < count; at += 10_000) {
    await new Promise((resolve, reject) => {
      const tx = db.transaction("s", "readwrite");
      for (const record of all.slice(at, at + 10_000)) tx.objectStore("s").put(record, key(record));
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error);
    });
  }
  db.close();
}

/** Fills a new store of ours; the page puts records in small portions. */
export async function fill(count) {
  const all = records(count);
  await remove("apus:restore");
  const store = await SegmentStore.open("restore");
  const { longest } = await longestTask(async () => {
    for (let at = 0; at < count; at += 500) {
      for (const record of all.slice(at, at + 500)) store.put(key(record), record);
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (!(await store.flush())) throw new Error("not written");
  });
  const stats = store.stats;
  await store.close();
  return { longest, stats };
}

/** Sends changes to another tab, which answers when it has seen each; ms, sorted. */
export async function crossTab(rounds) {
  const store = await SegmentStore.open("tabs");
  const answers = new BroadcastChannel("bench answers");
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const seen = new Promise((resolve) => {
      answers.onmessage = ({ data }) => data === round && resolve();
    });
    const start = performance.now();
    store.put("ping", { round });
    await seen;
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return times.sort((a, b) => a - b);
}

/** The other tab: answers when it can read a new value. */
export async function answer() {
  const store = await SegmentStore.open("tabs");
  const answers = new BroadcastChannel("bench answers");
  store.addEventListener("change", async () => {
    answers.postMessage((await store.read(["ping"])).get("ping")?.value.round);
  });
}

/** Until every key can be looked up, and until the first value is there. */
export async function restoreApus(count) {
  const { longest, result } = await longestTask(async () => {
    const start = performance.now();
    const store = await SegmentStore.open("restore");
    const open = performance.now() - start;
    if (store.stats.entries !== count) throw new Error(`${store.stats.entries} entries`);
    const asked = `product:${count >> 1}`;
    const before = performance.now();
    const got = await store.read([asked]);
    const first = performance.now() - before;
    if (got.get(asked)?.value.id !== count >> 1) throw new Error("wrong value");
    return { open, first, store };
  });
  const all = await longestTask(async () => {
    const start = performance.now();
    let rows = 0;
    for await (const batch of result.store.readAll()) rows += batch.length;
    if (rows !== count) throw new Error(`${rows} rows`);
    return performance.now() - start;
  });
  return {
    open: result.open,
    first: result.first,
    all: all.result,
    longest: Math.max(longest, all.longest),
  };
}

export async function restoreGetAll(count) {
  const start = performance.now();
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open("plain", 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const [keys, values] = await Promise.all(
    ["getAllKeys", "getAll"].map(
      (method) =>
        new Promise((resolve, reject) => {
          const request = db.transaction("s").objectStore("s")[method]();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        }),
    ),
  );
  const map = new Map(keys.map((name, i) => [name, values[i]]));
  if (map.size !== count) throw new Error(`${map.size} records`);
  return performance.now() - start;
}

/** Logical over stored bytes. @param {string} name @param {string} url JSON: [key, value][] */
export async function ratio(name, url) {
  const rows = await (await fetch(url)).json();
  const utf8 = new TextEncoder();
  const store = await SegmentStore.open(name);
  let logical = 0;
  for (const [key, value] of rows) {
    logical += utf8.encode(key).length + utf8.encode(JSON.stringify(value)).length;
    store.put(key, value);
  }
  await store.flush();
  const stored = store.stats.bytes;
  await store.close();
  const opening = performance.now();
  const again = await SegmentStore.open(name);
  let count = 0;
  for await (const batch of again.readAll()) count += batch.length;
  const time = performance.now() - opening;
  if (count !== rows.length) throw new Error(`${count} of ${rows.length}`);
  await again.close();
  await remove(`apus:${name}`);
  return { logical, stored, count, time };
}
