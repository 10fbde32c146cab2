import { fetchWasm } from "#fetch";
import { urls } from "../../dist/wasm.js";
import { loads, sources } from "../core/wasm.js";

/**
 * The WebAssembly that routes need, kept in the platform's cache at installation: a worker that
 * starts without a network has only what it has kept. One cache for each build, because the old
 * worker still runs while the new one installs.
 */

/** @type {import("../core/wasm.js").Room[]} */
const needed = ["cache", "store"];
/** Put in by the bundler. */
const build = /** @type {any} */ (globalThis).APUS_BUILD ?? "source";

/** @type {Map<import("../core/wasm.js").Room, Promise<void>>} */
const preparing = new Map();

/** Another room that routes need. Call it while the worker's script runs. @param {import("../core/wasm.js").Room} room */
export function need(room) {
  if (!needed.includes(room)) needed.push(room);
}

/** The names of this scope's caches begin with it. */
const prefix = () => `apus-modules:${scope()} `;
/** The worker's scope, for names that others of the origin must not share. @returns {string} */
export const scope = () => /** @type {any} */ (globalThis).registration.scope;

/**
 * Has the rooms load what is kept, or keep what they load. Rooms may open meanwhile.
 * @returns {Promise<unknown>} rejects when a module could not be had; the next call tries again
 */
export function modules() {
  return Promise.all(needed.map(prepared));
}

/** @param {import("../core/wasm.js").Room} room */
function prepared(room) {
  let work = preparing.get(room);
  if (!work) {
    work = prepare(room).catch((error) => {
      preparing.delete(room);
      throw error;
    });
    preparing.set(room, work);
  }
  return work;
}

/** @param {import("../core/wasm.js").Room} room */
async function prepare(room) {
  if (sources[room] || room in loads) return;
  const module = kept(urls[room]().href);
  // `loadWasm` waits for it.
  const source = { module: /** @type {any} */ (module) };
  sources[room] = source;
  try {
    await module;
  } catch (error) {
    if (sources[room] === source) delete sources[room];
    throw error;
  }
}

/** @param {string} url @returns {Promise<WebAssembly.Module>} */
async function kept(url) {
  const cacheName = prefix() + build;
  let response = await caches.match(url, { cacheName });
  if (!response) {
    response = await fetchWasm(url);
    if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
    await (await caches.open(cacheName)).put(url, response.clone());
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Deletes those of earlier builds. */
export async function dropOldModules() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(prefix()) && name !== prefix() + build);
  await Promise.all(old.map((name) => caches.delete(name)));
}
