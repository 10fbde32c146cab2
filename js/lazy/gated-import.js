import { page } from "./environment.js";
import { evaluate } from "./evaluate.js";
import { preload } from "./lazy.js";
import { persist } from "./patience.js";
import { resolve } from "./resolve.js";

/** @typedef {import("./options.js").LazyOptions} LazyOptions */

/**
 * What a function of lazyImport() does.
 * @template T
 * @param {() => Promise<T>} load
 * @param {LazyOptions & { base?: string | URL }} options
 * @param {string} [stack] of the call of lazyImport
 * @returns {Promise<T>}
 */
export async function gatedImport(load, { base, ...options }, stack) {
  const specifier = /\bimport\(\s*(["'`])([^"'`$]+)\1/.exec(String(load))?.[2];
  if (specifier) await gate(specifier, String(base ?? callerOf(stack)), options);
  return persist(() => evaluate("import()", { ...page, load }), options, page);
}

/** @param {string} specifier @param {string} base @param {LazyOptions} options */
async function gate(specifier, base, options) {
  try {
    const url = resolve(specifier, base);
    await preload(url, { priority: "auto", as: "module", ...options });
  } catch (/** @type {any} */ error) {
    // The URL may have been guessed wrong; the import knows the right one.
    if (error?.code !== "GONE" && !(error instanceof TypeError)) throw error;
  }
}

/** The module that called the function whose stack this is. @param {string} [stack] */
function callerOf(stack = "") {
  const urls = stack.match(/[a-z]+:\/\/\S+?(?=:\d+:\d+)/g) ?? [];
  return urls.find((url) => url !== urls[0]) ?? urls[0];
}
