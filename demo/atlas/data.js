import { Cache, retry } from "/apus/index.js";
import { Decoder, format } from "./format.js";
import { pause } from "./pause.js";

/** @typedef {import("./format.js").City} City */

/**
 * @typedef {object} Opened
 * @property {Cache} cache one entry for each city under its index in the alphabet, and "meta"
 * @property {City[]} cities by name
 * @property {"IndexedDB" | "network"} from
 * @property {number} ms from the call to the last record
 * @property {number} bytes transferred over the network
 */

const rowsInSlice = 16_384;

/**
 * @typedef {object} Told
 * @property {(arrived: { cities: number, count: number, share: number }) => void} progress
 *   during the download
 * @property {(delay: number) => void} retrying a download failed; the next begins in `delay` ms
 */

/**
 * Loads the cities from IndexedDB if an earlier visit saved all of them, else
 * from the network, which may fail for a while.
 *
 * @param {Told} told
 * @returns {Promise<Opened>}
 * @throws when they do not load within 20 s, or the file is not theirs
 */
export async function openCities(told) {
  const start = performance.now();
  const cache = await Cache.open("atlas", { maxEntries: 200_000, persist: { preload: true } });
  const saved = await restore(cache);
  if (saved) {
    return { cache, cities: saved, from: "IndexedDB", ms: performance.now() - start, bytes: 0 };
  }
  const { cities, bytes } = await retry(() => download(cache, told), {
    budget: 20_000,
    delay: 400,
    retryable: (error) => !(error instanceof RangeError),
    onretry: ({ delay }) => told.retrying(delay),
  });
  return { cache, cities, from: "network", ms: performance.now() - start, bytes };
}

/** @param {Cache} cache @returns {Promise<City[] | undefined>} `undefined` unless all are saved */
async function restore(cache) {
  const meta = cache.peek("meta");
  if (meta?.format !== format || cache.size !== meta.count + 1) return;
  const cities = new Array(meta.count);
  let rows = 0;
  for (const [key, city] of cache.entries()) {
    if (key !== "meta") cities[Number(key)] = city;
    if (++rows % rowsInSlice === 0) await pause();
  }
  return cities;
}

/** @param {Cache} cache @param {Told} told */
async function download(cache, told) {
  cache.clear(); // a partial download, or another format
  const url = new URL("../data/cities.bin", import.meta.url);
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url.pathname}: HTTP ${response.status}`);
  const decoder = new Decoder();
  /** @type {City[]} */
  const cities = [];
  const reader = response.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const block of decoder.push(piece.value)) {
      for (const city of block) {
        cache.set(String(cities.length), city);
        cities.push(city);
      }
      const { count, received, total } = decoder;
      told.progress({ cities: cities.length, count, share: received / total });
      await pause();
    }
  }
  if (decoder.total === 0 || cities.length !== decoder.count) {
    throw new Error(`the download ended after ${cities.length} cities`);
  }
  // last, so that a partial download never counts as complete
  cache.set("meta", { format, count: cities.length });
  return { cities, bytes: wireBytes(url.href) };
}

/** @param {string} href @returns {number} 0 when the browser does not report it */
function wireBytes(href) {
  const [entry] = performance.getEntriesByName(href, "resource").slice(-1);
  return /** @type {PerformanceResourceTiming | undefined} */ (entry)?.encodedBodySize ?? 0;
}
