import { checkOptions, func } from "../core/check.js";
import { page } from "./environment.js";
import { Loader } from "./loader.js";
import * as checks from "./options.js";
import { persist } from "./patience.js";
import { resolve } from "./resolve.js";

/** @typedef {import("./options.js").LazyOptions} LazyOptions */

/** The page's loader. */
export const loader = new Loader();

/** What may be no module; routes.js knows. */
const other = /\.(?!m?js\b)\w+([?#]|$)/;

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
 * @throws {import("./failure.js").Failure} see there for the codes
 * @throws what `signal` was aborted with
 */
export function lazy(url, options = {}) {
  return load("lazy", url, options);
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
 * @param {string} where @param {string | URL} url @param {LazyOptions} options @param {boolean} [gather]
 * @returns {Promise<any>}
 */
async function load(where, url, options, gather) {
  checkOptions(where, options, checks.load);
  const {
    manifest,
    endpoints,
    as = other.test(String(url)) ? "" : "module",
    ...all
  } = {
    ...defaults,
    ...options,
  };
  if (as === "module" && !manifest && !endpoints) {
    const href = resolve(url);
    try {
      return await (gather ? loader.gather(href, all) : loader.module(href, all));
    } catch (/** @type {any} */ error) {
      if (error?.code === "GONE") (await import("./deploy.js")).announce(error, href);
      throw error;
    }
  }
  const { along } = await import("./routes.js");
  return along(loader, url, { manifest, endpoints, as, ...all }, gather);
}

/** @type {LazyOptions} */
let defaults = {};

/**
 * Sets options for all calls that do not give their own.
 * @param {LazyOptions & { sampler?: any, predict?: any }} options and two more: `sampler`, a Sampler,
 *   gets the latency of each request; `predict`, a Cache, keeps a table of what is opened after
 *   what, and what is likely to come next is fetched ahead in idle time
 */
export function lazyDefaults({ sampler, predict, ...options }) {
  checkOptions("lazyDefaults", options, checks.load);
  defaults = options;
  if (sampler || predict) {
    import("./watch.js").then(({ watch }) => watch(loader, { sampler, predict }, preload));
  }
}

/**
 * Calls `fn` until its promise is fulfilled.
 *
 * @template T
 * @param {(attempt: number) => T | Promise<T>} fn gets the attempt's number, from 1
 * @param {import("./patience.js").Patience & { retryable?: (error: unknown) => boolean }} [options]
 *   `retryable` says which errors are worth another attempt; all
 * @returns {Promise<T>}
 * @throws {import("./failure.js").Failure} `GAVE_UP`
 * @throws the error that is not retryable, or what `signal` was aborted with
 */
export async function retry(fn, options = {}) {
  func(fn, "retry: fn");
  checkOptions("retry", options, { ...checks.patience, retryable: func });
  return persist(fn, { retryable: () => true, ...options, awake: true }, page);
}
