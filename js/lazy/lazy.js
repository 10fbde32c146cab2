import { checkOptions, func } from "../core/check.js";
import { loadWasm } from "../core/wasm.js";
import { announce } from "./build/deploy.js";
import * as checks from "./load/options.js";
import { abortable } from "./net/abort.js";
import { loadChunk } from "./net/load-chunk.js";

/** @typedef {import("./load/options.js").LazyOptions} LazyOptions */
/** @typedef {import("./load/options.js").AssetTypes} AssetTypes */
/**
 * `base`: what a relative URL in the function's text is relative to, the calling module's
 * `import.meta.url`, if its call stack does not show it.
 * @typedef {LazyOptions & { base?: string | URL }} ImportOptions
 */

/**
 * Loads a module through a bad network: fetches it and everything it imports
 * until it has loaded, then imports it under its plain URL, which the HTTP cache
 * answers. A failed request never reaches the browser's module map, where it
 * would stay for ever, and a module never gets a second instance.
 *
 *     const { draw } = await lazy<typeof import("./chart.js")>("./chart.js");
 *
 * @template {keyof AssetTypes} As
 * @overload
 * @param {string | URL} url @param {LazyOptions & { as: As }} options
 * @returns {Promise<AssetTypes[As]>} the asset
 */
/**
 * @template T
 * @overload
 * @param {() => Promise<T>} load `() => import("./chart.js")`, which bundlers understand, in development
 *   and in builds; loaded as by `lazyImport`
 * @param {ImportOptions} [options]
 * @returns {Promise<T>}
 */
/**
 * @template [Module=Record<string, unknown>]
 * @overload
 * @param {string | URL} url relative to the page, a bare specifier of the import map, or a name in
 *   the manifest; inside a module pass `new URL("./x.js", import.meta.url)`
 * @param {LazyOptions} [options]
 * @returns {Promise<Module>} the module's namespace, or an asset, by the URL's extension
 * @throws {TypeError} for an invalid URL, or a bare specifier missing from the import map
 * @throws {RangeError} for a negative or NaN duration
 * @throws {import("./net/failure.js").Failure} see there for the codes
 * @throws the reason of `signal`
 */
/**
 * @param {string | URL | (() => Promise<unknown>)} from @param {ImportOptions} [options]
 * @returns {Promise<unknown>}
 */
export function lazy(from, options = {}) {
  return typeof from === "function"
    ? importNow("lazy", from, options, new Error().stack)
    : load("lazy", from, options);
}

/**
 * Imports through the gate.
 * @param {string} where @param {() => Promise<unknown>} load @param {ImportOptions} options
 * @param {string} [stack] see importGated
 */
export async function importNow(where, load, options, stack) {
  checkImport(where, load, options);
  return abortable(importGated(load, options, stack), options.signal);
}

/**
 * @param {string} where @param {() => Promise<unknown>} load @param {ImportOptions} options
 * @throws {TypeError} @throws {RangeError} for an invalid option
 */
export function checkImport(where, load, options) {
  func(load, `${where}: load`);
  checkOptions(where, options, { ...checks.load, base: () => {} });
}

/** What runs imports through the gate. @param {LazyOptions} options */
export const importGate = (options) =>
  loadChunk(import.meta.url, () => import("./load/gated-import.js"), completed(options), core);

/**
 * Runs an import through the gate, or without it if a deploy has removed the loader.
 * @template T
 * @param {() => Promise<T>} load @param {ImportOptions} options checked
 * @param {string} [stack] the caller's, which shows what the URL is relative to
 * @returns {Promise<T>}
 */
export async function importGated(load, options, stack) {
  const all = completed(options);
  try {
    const { gatedImport } = await importGate(all);
    return gatedImport(load, options, all, stack);
  } catch (/** @type {any} */ error) {
    if (error?.code !== "GONE") throw error;
    // A deploy has removed the loader, but perhaps not the module.
    const stale = () => {
      throw announce(error, import.meta.url);
    };
    return all.integrity ? stale() : load().catch(stale);
  }
}

/** Other origins that markup may load from. @type {string[]} */
let origins = [];

/**
 * lazy() for URLs in markup. An attacker may be able to inject markup into a
 * page whose policy blocks their scripts, but lets this module import. Therefore
 * markup loads only from the page's own origin, which a `srcdoc` frame inherits,
 * and from origins that the page's code allowed.
 * @param {string | URL} url @param {LazyOptions} options @returns {Promise<unknown>} as `lazy`
 * @throws {import("./net/failure.js").Failure} as `lazy`, and `ORIGIN_REFUSED`
 */
export function lazyMarkup(url, options) {
  return load("<apus-lazy>", url, options, false, [self.origin, ...origins]);
}

/**
 * Fetches a module and everything it imports into the HTTP cache, at high
 * priority, and runs nothing. A later `lazy` or import need not wait.
 *
 * @param {string | URL} url @param {LazyOptions} [options] as for `lazy`
 * @returns {Promise<void>} when it has loaded; rejects as `lazy` does
 */
export async function preload(url, options = {}) {
  await load("preload", url, { priority: "high", ...options }, true);
}

/**
 * @param {string} where @param {string | URL} url @param {LazyOptions} options
 * @param {boolean} [gather] @param {string[]} [origins] the only allowed ones
 * @returns {Promise<unknown>}
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
  try {
    const { loadFile } = await pageLoader(options);
    const spent = performance.now() - began;
    const budget = Math.max(0, (options.budget ?? 30_000) - spent);
    return await loadFile(url, { ...options, budget }, gather);
  } catch (/** @type {any} */ error) {
    throw error?.code === "GONE" ? announce(error, String(url)) : error;
  }
}

/** @param {LazyOptions} [options] */
const pageLoader = (options) =>
  loadChunk(import.meta.url, () => import("./load/page-loader.js"), options, core);

/** The room's WebAssembly, which comes together with the loader. */
export const core = () => loadWasm("lazy");

let warm = false;

/**
 * Loads the loader in idle time, before it is needed: a deploy may remove its files.
 * @param {() => Promise<unknown>} [more] loads what the caller needs besides
 */
export function warmUp(more) {
  if (!globalThis.document) return;
  const { requestIdleCallback = setTimeout } = globalThis;
  requestIdleCallback(async () => {
    try {
      await more?.();
      if (warm) return;
      warm = true;
      await (await pageLoader(defaults)).warmUp(defaults);
    } catch {
      warm = false; // a real load reports the error
    }
  });
}

/** @type {LazyOptions} */
let defaults = {};

/** The options, completed with those of lazyDefaults(). @param {LazyOptions} options @returns {LazyOptions} */
export const completed = (options) => ({ ...defaults, ...options });

/**
 * Sets options for all calls that do not give their own.
 * @param {LazyOptions & import("./load/observe.js").Watchers & { origins?: string[] }} options and three
 *   more: `sampler`, a Sampler, gets the latency of each request; `predict`, a Cache, keeps a table of
 *   which module is opened after which, and the likely next one is fetched in idle time; `origins` are
 *   other origins that `<apus-lazy>` may load from
 * @throws {TypeError} @throws {RangeError} as `lazy`
 */
export function lazyDefaults({ sampler, predict, ...given }) {
  checkOptions("lazyDefaults", given, { ...checks.load, origins: checks.origins });
  ({ origins = [], ...defaults } = given);
  if (sampler || predict) {
    pageLoader()
      .then(({ observePage }) => observePage({ sampler, predict }, preload))
      .catch(() => {}); // without a loader there is nothing to report
  }
}
