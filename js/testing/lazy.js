import { Failure } from "../lazy/net/failure.js";

/** @typedef {import("../lazy/lazy.js").ImportOptions} ImportOptions */

/** What `fakeModule` gave, by URL. @type {Map<string, unknown>} */
const modules = new Map();

/** Forgets all of them. */
export const forgetModules = () => modules.clear();

/**
 * What `lazy(url)` and `<apus-lazy src>` load in this test.
 * @param {string | URL} url as the code under test names it @param {unknown} module its namespace, or an
 *   `Error` that loading rejects with
 */
export function fakeModule(url, module) {
  modules.set(String(url), module);
}

/**
 * `lazy` without a network: calls a function; a URL must be one of `fakeModule`.
 * @template [Module=Record<string, unknown>]
 * @param {string | URL | (() => Promise<Module>)} from @param {ImportOptions} [options] only `signal` counts
 * @returns {Promise<Module>}
 * @throws {Failure} `GONE` for an unknown URL; the reason of `signal`; what the function throws
 */
export async function lazy(from, { signal } = {}) {
  signal?.throwIfAborted();
  if (typeof from === "function") return from();
  const module = modules.get(String(from));
  if (module instanceof Error) throw module;
  if (module === undefined) {
    throw new Failure("GONE", `${from}: no such module in this test: name it with fakeModule()`);
  }
  return /** @type {Module} */ (module);
}

/**
 * `lazyImport` without a network: the function itself.
 * @template T @param {() => Promise<T>} load @param {ImportOptions} [options]
 * @returns {() => Promise<T>}
 */
export const lazyImport = (load, options) => () => lazy(load, options);

/** Does nothing. @param {string | URL} _url @returns {Promise<void>} */
export async function preload(_url) {}

/** Does nothing. @param {string | URL} _url @returns {() => void} */
export const prefetch = (_url) => () => {};

/** Does nothing. @param {object} _options */
export function lazyDefaults(_options) {}
