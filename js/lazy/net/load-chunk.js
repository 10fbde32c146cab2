import { ApusError } from "../../core/errors.js";

/** A request that takes longer hangs, ms. */
const TIMEOUT = 10_000;
/** The first wait is drawn from 0 to this, ms; the bound doubles up to the other. */
const DELAY = 100;
const MAX_DELAY = 5000;

/** What each chunk imports that is here or on its way, by URL. @type {Map<string, Promise<string[]>>} */
const chunks = new Map();

/** Static imports; too many at worst, where a comment or a string looks like one. */
const importing = /(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g;

/**
 * Brings one of this room's own chunks through the network that the room is
 * about: fetched with what it imports until all is here, then imported, as the
 * loader does it with the page's modules. (The loader is such a chunk.)
 * Where a bundler loads chunks in its own way, and in Node, it is the import.
 *
 * @template T
 * @param {string} base the caller's `import.meta.url`
 * @param {() => Promise<T>} load `() => import("./chunk.js")`; its text tells the specifier
 * @param {{ budget?: number, signal?: AbortSignal }} [options] as of `lazy`
 * @param {() => unknown} [beside] what else to bring, tried again with it
 * @returns {Promise<T>}
 * @throws {ApusError} `GAVE_UP` when the time is up; `WASM_UNAVAILABLE` as the core
 */
export async function loadChunk(base, load, { budget = 30_000, signal } = {}, beside = () => {}) {
  const specifier = /\bimport\(\s*["'`](\.[^"'`]+)/.exec(String(load))?.[1];
  const began = performance.now();
  for (let bound = DELAY; ; bound = Math.min(2 * bound, MAX_DELAY)) {
    try {
      const gate = specifier && /^https?:/.test(base);
      await Promise.all([beside(), gate && arrive(new URL(specifier, base).href)]);
      return await load();
    } catch (error) {
      if (signal?.aborted || !temporary(error)) throw error;
      if (performance.now() - began >= budget) {
        throw new ApusError("GAVE_UP", "the loader itself could not be loaded", { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * bound));
    }
  }
}

/** Whether the network is to blame, in what `fetch`, `import()` or the core threw. @param {any} error */
function temporary(error) {
  if (error?.cause) return temporary(error.cause);
  return error instanceof TypeError || error?.name === "TimeoutError" || /HTTP 5/.test(error);
}

/** @param {string} url @param {Set<string>} [seen] */
async function arrive(url, seen = new Set()) {
  if (seen.has(url)) return;
  seen.add(url);
  let imports = chunks.get(url);
  if (!imports) {
    imports = importsOf(url);
    chunks.set(url, imports);
    imports.catch(() => chunks.delete(url));
  }
  await Promise.all((await imports).map((next) => arrive(next, seen)));
}

/** @param {string} url @returns {Promise<string[]>} once its text is here */
async function importsOf(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
  if (response.status >= 500) throw new TypeError(`${url}: HTTP ${response.status}`);
  if (!response.ok) return []; // the address may be wrong here; the import knows the right one
  const text = await response.text();
  return [...text.matchAll(importing)].map(([, specifier]) => new URL(specifier, url).href);
}
