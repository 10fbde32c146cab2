import { ApusError } from "../../core/errors.js";

/** A request that takes longer counts as hanging, ms. */
const TIMEOUT = 10_000;
/** The first wait is random between 0 and DELAY, ms; the bound doubles up to MAX_DELAY. */
const DELAY = 100;
const MAX_DELAY = 5000;

/** Static imports of each chunk that has arrived or is loading, by URL. @type {Map<string, Promise<string[]>>} */
const chunks = new Map();

/** Static imports. A comment or a string that looks like one costs a request, no more. */
const importing = /(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g;

/**
 * Loads one of this room's own chunks through the same bad network: fetches it
 * with all its imports until they have arrived, then imports it. (The page's
 * loader, which does this for modules, is such a chunk itself.) In Node, and
 * where a bundler loads chunks in its own way, this is the plain import.
 *
 * @template T
 * @param {string} base the caller's `import.meta.url`
 * @param {() => Promise<T>} load `() => import("./chunk.js")`; the specifier is read from its text
 * @param {{ budget?: number, signal?: AbortSignal }} [options] as for `lazy`
 * @param {() => unknown} [alongside] something else to load and retry together with it
 * @returns {Promise<T>}
 * @throws {ApusError} `GAVE_UP` when the time is up; `WASM_UNAVAILABLE`
 */
export async function loadChunk(
  base,
  load,
  { budget = 30_000, signal } = {},
  alongside = () => {},
) {
  const specifier = /\bimport\(\s*["'`](\.[^"'`]+)/.exec(String(load))?.[1];
  const began = performance.now();
  for (let bound = DELAY; ; bound = Math.min(2 * bound, MAX_DELAY)) {
    try {
      const gate = specifier && /^https?:/.test(base);
      await Promise.all([alongside(), gate && arrive(new URL(specifier, base).href)]);
      return await load();
    } catch (error) {
      if (signal?.aborted || !temporary(error)) throw error;
      if (performance.now() - began >= budget) {
        throw new ApusError("GAVE_UP", "the loader's own code could not be loaded", {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * bound));
    }
  }
}

/** Whether the network caused an error of `fetch`, `import()` or the core. @param {any} error */
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

/** @param {string} url @returns {Promise<string[]>} once its text has arrived */
async function importsOf(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
  if (response.status >= 500) throw new TypeError(`${url}: HTTP ${response.status}`);
  if (!response.ok) return []; // the URL may be wrong here; the import has the right one
  const text = await response.text();
  return [...text.matchAll(importing)].map(([, specifier]) => new URL(specifier, url).href);
}
