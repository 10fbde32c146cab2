import { Cache } from "/apus/index.js";
import { Decoder, format } from "./format.js";
import { pause } from "./pause.js";

/** @typedef {import("./format.js").City} City */

/**
 * @typedef {object} Opened
 * @property {Cache} cache one entry a city under its place in the alphabet, and "meta"
 * @property {City[]} cities by name
 * @property {"IndexedDB" | "network"} from
 * @property {number} ms from the call to the last record
 * @property {number} bytes that went over the wire
 */

const rowsInSlice = 16_384;

/**
 * The cities, from IndexedDB where an earlier visit left all of them, else
 * from the network.
 *
 * @param {(arrived: { cities: number, count: number, share: number }) => void} progress
 *   called while they download
 * @returns {Promise<Opened>}
 * @throws when the network fails, or sends another file
 */
export async function openCities(progress) {
  const start = performance.now();
  const cache = await Cache.open("atlas", { maxEntries: 200_000, persist: { preload: true } });
  const saved = await restore(cache);
  if (saved) {
    return { cache, cities: saved, from: "IndexedDB", ms: performance.now() - start, bytes: 0 };
  }
  cache.clear(); // half a download, or another format
  const { cities, bytes } = await download(cache, progress);
  return { cache, cities, from: "network", ms: performance.now() - start, bytes };
}

/** @param {Cache} cache @returns {Promise<City[] | undefined>} nothing unless all are there */
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

/**
 * @param {Cache} cache
 * @param {Parameters<typeof openCities>[0]} progress
 */
async function download(cache, progress) {
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
      progress({ cities: cities.length, count, share: received / total });
      await pause();
    }
  }
  if (decoder.total === 0 || cities.length !== decoder.count) {
    throw new Error(`the download ended after ${cities.length} cities`);
  }
  // last, so that a half-saved download is never taken for the whole
  cache.set("meta", { format, count: cities.length });
  return { cities, bytes: wireBytes(url.href) };
}

/** @param {string} href @returns {number} 0 where the browser does not tell */
function wireBytes(href) {
  const [entry] = performance.getEntriesByName(href, "resource").slice(-1);
  return /** @type {PerformanceResourceTiming | undefined} */ (entry)?.encodedBodySize ?? 0;
}
