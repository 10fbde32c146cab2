import { ApusError } from "../../core/errors.js";
import { abortable } from "./abort.js";

/** A request that takes longer counts as hanging, ms. */
const TIMEOUT = 10_000;
/** The first wait is random between 0 and DELAY, ms; the bound doubles up to MAX_DELAY. */
const DELAY = 100;
const MAX_DELAY = 5000;
/** While a deploy rolls, only some of the servers have a chunk: how often it may be missing. */
const MISSING = 16;

/** Static imports of each chunk that has arrived or is loading, by URL. @type {Map<string, Promise<string[]>>} */
const chunks = new Map();

/** Static imports. A comment or a string that looks like one costs a request, no more. */
const importing = /(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g;

/**
 * Loads one of this room's own chunks through the same bad network: fetches it
 * with all its imports until they have arrived, then imports it. (The page's
 * loader, which does this for modules, is such a chunk itself.) Where a bundler
 * loads chunks in its own way, a chunk that failed is fetched before the next
 * attempt. In Node this is the plain import.
 *
 * @template T
 * @param {string} base the caller's `import.meta.url`
 * @param {() => Promise<T>} load `() => import("./chunk.js")`; the specifier is read from its text
 * @param {{ budget?: number, signal?: AbortSignal }} [options] as for `lazy`
 * @param {() => unknown} [alongside] something else to load and retry together with it
 * @returns {Promise<T>}
 * @throws {ApusError} `GAVE_UP` when the time is up; `GONE` when a deploy has removed it; `WASM_UNAVAILABLE`
 */
export async function loadChunk(
  base,
  load,
  { budget = 30_000, signal } = {},
  alongside = () => {},
) {
  const specifier = /\bimport\(\s*["'`](\.[^"'`]+)/.exec(String(load))?.[1];
  const own = specifier && /^https?:/.test(base) ? new URL(specifier, base).href : undefined;
  let url = own;
  const end = performance.now() + budget;
  const left = () => Math.ceil(Math.max(0, Math.min(end - performance.now(), 2 ** 31)));
  let missing = 0;
  for (let bound = DELAY; ; bound = Math.min(2 * bound, MAX_DELAY)) {
    try {
      // At last without the gate: its URL may be wrong, the import has the right one.
      const gate = url && missing < MISSING ? arrive(url) : undefined;
      const loaded = Promise.all([alongside(), gate]).then(load);
      return await abortable(loaded, AbortSignal.timeout(left()));
    } catch (cause) {
      if (signal?.aborted || !temporary(cause)) throw cause;
      const gone = missing === MISSING;
      if (gone || left() === 0) {
        const message = "the loader's own code could not be loaded";
        throw new ApusError(gone ? "GONE" : "GAVE_UP", message, { cause });
      }
      url = own ?? /** @type {any} */ (cause)?.request; // webpack's own error names the chunk
      if (absent.test(reason(cause))) {
        missing++;
        bound = DELAY; // the server works
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * bound));
    }
  }
}

/** An answer that says there is no such file. */
const absent = /HTTP 4(?!08|25|29)|HTML instead/;

/** @param {any} error @returns {string} */
const reason = (error) => (error?.cause ? reason(error.cause) : String(error));

/** Whether the network caused an error of `fetch`, `import()` or the core. @param {any} error */
const temporary = (error) => /^(T(ypeE|imeout)|ChunkLoad)|HTTP [45]/.test(reason(error));

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
  if (!response.ok) throw new TypeError(`${url}: HTTP ${response.status}`);
  if (/^text\/html/.test(response.headers.get("content-type") ?? "")) {
    throw new TypeError(`${url}: HTML instead`);
  }
  const text = await response.text();
  return [...text.matchAll(importing)].map(([, specifier]) => new URL(specifier, url).href);
}
