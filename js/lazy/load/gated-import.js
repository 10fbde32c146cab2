import { announce } from "../build/deploy.js";
import { resolve } from "../build/resolve.js";
import { page } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { persist } from "../net/retry-loop.js";
import { evaluate } from "./evaluate.js";
import { find } from "./page-loader.js";

/** @typedef {import("./options.js").LazyOptions} LazyOptions */

/** The specifier of the first import() in a function's text, after any comments for bundlers. */
const importing = /\bimport\(\s*(?:\/\*[\s\S]*?\*\/\s*)*(["'`])([^"'`$]+)\1/;

/**
 * What a function of lazyImport() does.
 * @template T
 * @param {() => Promise<T>} load
 * @param {LazyOptions & { base?: string | URL }} options
 * @param {LazyOptions} all with the defaults
 * @param {string} [stack] of the call of lazyImport
 * @returns {Promise<T>}
 */
export async function gatedImport(load, { base, ...options }, all, stack) {
  const url = addressOf(load, base ?? callerOf(stack));
  if (!url && all.integrity) {
    const message = "lazyImport: the import's URL cannot be read, nothing binds integrity to it";
    throw new Failure("INTEGRITY_UNSUPPORTED", message);
  }
  /** @type {any} */
  let gone;
  if (url) {
    try {
      // The page's own modules come from its own place, unless the call says otherwise.
      const { endpoints } = options;
      const at = await find(url, { ...all, endpoints, as: "module", sealed: true }, true);
      // The new build's, or the very URL that was checked.
      if (at !== url || all.integrity) return await evaluate(at, page);
    } catch (/** @type {any} */ error) {
      if (error?.code !== "GONE" || all.integrity) throw error;
      gone = error; // or the URL was guessed wrong; the import knows the right one
    }
  }
  try {
    const bounds = gone ? { ...options, retries: 0 } : options;
    return await persist(() => evaluate("import()", { ...page, load }), bounds, page);
  } catch (error) {
    throw gone ? announce(gone, `${url}`) : error;
  }
}

/** What a function imports, as far as its text tells. @param {() => unknown} load @param {string | URL} [base] */
function addressOf(load, base) {
  const specifier = importing.exec(String(load))?.[2];
  try {
    return specifier && resolve(specifier, base && String(base));
  } catch {
    return undefined; // the import will say so
  }
}

/** The module that called the function whose stack this is. @param {string} [stack] */
function callerOf(stack = "") {
  const urls = stack.match(/[a-z]+:\/\/\S+?(?=:\d+:\d+)/g) ?? [];
  return urls.find((url) => url !== urls[0]) ?? urls[0];
}
