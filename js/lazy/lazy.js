import { checkOptions } from "../core/check.js";
import { loadWasm } from "../core/wasm.js";
import * as checks from "./load/options.js";
import { abortable } from "./net/abort.js";
import { loadChunk } from "./net/load-chunk.js";

/** @typedef {import("./load/options.js").LazyOptions} LazyOptions */

/**
 * Loads a module through a network that fails: fetches it and all it imports
 * until everything is here and OK, then imports it under its plain URL, which
 * the HTTP cache answers. So a failed request never reaches the browser's
 * module map, where it would stay for ever, and there is never a second
 * instance of a module.
 *
 * @param {string | URL} url relative to the page, a bare specifier of the import map, or a name in
 *   the manifest; inside a module pass `new URL("./x.js", import.meta.url)`
 * @param {LazyOptions} [options]
 * @returns {Promise<any>} the module's namespace; for other kinds see kinds.js
 * @throws {TypeError} for a URL that does not parse or a bare specifier that no import map knows
 * @throws {RangeError} for a negative or NaN duration
 * @throws {import("./net/failure.js").Failure} see there for the codes
 * @throws what `signal` was aborted with
 */
export function lazy(url, options = {}) {
  return load("lazy", url, options);
}

/** Other origins that markup may load from. @type {string[]} */
let origins = [];

/**
 * lazy() for what markup asks for. Whoever finds a gap in the page can inject
 * markup; a policy that blocks their scripts would let this module import
 * them. So it loads only from the page's own origin, which a frame of `srcdoc`
 * inherits, and from those that the page's code has allowed.
 * @param {string | URL} url @param {LazyOptions} options @returns {Promise<any>} as `lazy`
 * @throws {import("./net/failure.js").Failure} `ORIGIN_REFUSED` too
 */
export function lazyMarkup(url, options) {
  return load("<apus-lazy>", url, options, false, [self.origin, ...origins]);
}

/**
 * Brings a module and all it imports into the HTTP cache, now and before
 * others, and runs nothing: `lazy` or an import then has nothing to wait for.
 *
 * @param {string | URL} url @param {LazyOptions} [options] as of `lazy`
 * @returns {Promise<void>} when it is there; rejects as `lazy` does
 */
export async function preload(url, options = {}) {
  await load("preload", url, { priority: "high", ...options }, true);
}

/**
 * @param {string} where @param {string | URL} url @param {LazyOptions} options
 * @param {boolean} [gather] @param {string[]} [origins] the only ones
 * @returns {Promise<any>}
 */
async function load(where, url, options, gather, origins) {
  checkOptions(where, options, checks.load);
  const all = { ...completed(options), ...(origins && { origins }) };
  all.signal?.throwIfAborted();
  return abortable(start(url, all, gather), all.signal);
}

/** @param {string | URL} url @param {import("./load/page-loader.js").Options} options @param {boolean} [gather] */
async function start(url, options, gather) {
  const began = performance.now();
  const { bring } = await engine(options);
  const spent = performance.now() - began;
  const budget = Math.max(0, (options.budget ?? 30_000) - spent);
  return bring(url, { ...options, budget }, gather);
}

/** @param {LazyOptions} [options] */
const engine = (options) =>
  loadChunk(
    import.meta.url,
    () => import("./load/page-loader.js"),
    options,
    () => loadWasm("lazy"),
  );

/** @type {LazyOptions} */
let defaults = {};

/** The options with what lazyDefaults() set. @param {LazyOptions} options @returns {LazyOptions} */
export const completed = (options) => ({ ...defaults, ...options });

/**
 * Sets options for all calls that do not give their own.
 * @param {LazyOptions & import("./load/observe.js").Watchers & { origins?: string[] }} options and three
 *   more: `sampler`, a Sampler, gets the latency of each request; `predict`, a Cache, keeps a table
 *   of what is opened after what, and what is likely to come next is fetched ahead in idle time;
 *   `origins` are those that `<apus-lazy>` may load from besides the page's own
 * @throws {TypeError} @throws {RangeError} as `lazy`
 */
export function lazyDefaults({ sampler, predict, ...given }) {
  checkOptions("lazyDefaults", given, { ...checks.load, origins: checks.origins });
  ({ origins = [], ...defaults } = given);
  if (sampler || predict) {
    engine()
      .then(({ observe }) => observe({ sampler, predict }, preload))
      .catch(() => {}); // without a loader there is nothing to see
  }
}
