import { announce } from "../build/deploy.js";
import { resolve } from "../build/resolve.js";
import { page, sleep } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { retryLoop } from "../net/retry-loop.js";
import { evaluate } from "./evaluate.js";
import { loader, loadFile } from "./page-loader.js";
import { applies, applySheets, sheets } from "./styles.js";

/** @typedef {import("./options.js").LazyOptions} LazyOptions */

/** The specifier of the first import() in a function's text, after any comments for bundlers. */
const importing = /\bimport\(\s*(?:\/\*[\s\S]*?\*\/\s*)*(["'`])([^"'`$]+)\1/;

/** A function that does nothing else. */
const only = /^\(\)\s*=>\s*import\([^()]*\)$/;

/**
 * Runs a function that lazyImport() wrapped.
 * @template T
 * @param {() => Promise<T>} load
 * @param {LazyOptions & { base?: string | URL }} options
 * @param {LazyOptions} all with the defaults
 * @param {string} [stack] the call stack of lazyImport
 * @returns {Promise<T>}
 */
export async function gatedImport(load, { base, ...options }, all, stack) {
  const url = addressOf(load, base ?? callerOf(stack));
  if (!url && all.integrity) {
    const message =
      "lazyImport: integrity cannot be checked, because the import's URL cannot be read from the function";
    throw new Failure("INTEGRITY_UNSUPPORTED", message);
  }
  /** @type {any} */
  let gone;
  if (url) {
    try {
      // The page's modules come from their own origin, unless this call names endpoints.
      const { endpoints } = options;
      const sealed = /** @type {const} */ ({ ...all, endpoints, as: "module", sealed: true });
      if (only.test(String(load))) return await loadFile(url, sealed);
      const at = await loadFile(url, sealed, true);
      // The URL of the new build, or the one whose integrity was checked.
      if (at !== url || all.integrity) return await evaluate(at, page);
    } catch (/** @type {any} */ error) {
      if (error?.code !== "GONE" || all.integrity) throw error;
      gone = error; // or the URL was read wrong; the import has the right one
    }
  }
  const bounds = gone ? { ...all, retries: 0 } : all;
  try {
    return await retryLoop((_, budget) => imported(load, { ...all, budget }), bounds, page);
  } catch (/** @type {any} */ error) {
    if (error?.code === "GONE") gone ??= error;
    throw gone ? announce(gone, `${url ?? gone.cause?.request}`) : error;
  }
}

/** While a deploy rolls, some servers lack a file of a module: how often to try. */
const ROUNDS = 10;
/** Rounds follow after a random wait, up to this, ms. */
const WAIT = 100;
/** Vite's error for the style sheets of a chunk, which names the first that failed. */
const noSheet = /^Unable to preload CSS for (\S+)$/;

/**
 * Calls the function. A chunk that webpack could not get is fetched before the next attempt, as its
 * loader forgets failures, and no answer of its own says that the chunk is gone. Style sheets that the
 * bundler's loader could not get are got first, because that loader passes over them from then on.
 * @template T
 * @param {() => Promise<T>} load @param {LazyOptions} all @returns {Promise<T>}
 */
async function imported(load, all) {
  for (const healed = new Set(); ; ) {
    const before = new Set(sheets());
    try {
      return await evaluate("import()", { ...page, load });
    } catch (/** @type {any} */ error) {
      const { name, code, message, request } = error?.cause ?? {};
      const { cause } = error;
      if (name === "ChunkLoadError" || code === "CSS_CHUNK_LOAD_FAILED") {
        if (request) await arrived(request, all, cause);
        throw new Failure("NETWORK", error.message, { cause });
      }
      const named = noSheet.exec(message)?.[1];
      if (!named || healed.has(named)) throw error;
      const others = sheets().filter((link) => !before.has(link) && !applies(link.href));
      const failed = new Set([named, ...others.map(({ href }) => href)]);
      for (const href of failed) healed.add(href);
      await inRounds(() => applySheets(loader, failed, { ...all, manifest: undefined }), all);
    }
  }
}

/**
 * @param {string} url @param {LazyOptions} all @param {unknown} cause webpack's error
 * @throws {Failure} `GONE`; other failures are left to the next attempt
 */
async function arrived(url, all, cause) {
  const job = { ...all, integrity: undefined };
  const fetched = () => loader.fetcher.fetch(url, job, (response) => response.text());
  await inRounds(fetched, all).catch((error) => {
    if (error?.code === "GONE") throw new Failure("GONE", error.message, { cause });
  });
}

/** @param {() => Promise<unknown>} work @param {LazyOptions} all */
async function inRounds(work, all) {
  for (let round = 1; ; round++) {
    try {
      return await work();
    } catch (/** @type {any} */ error) {
      if (error?.code !== "GONE" || round === ROUNDS) throw error;
      await sleep(page, Math.random() * WAIT, all);
    }
  }
}

/** The URL that a function imports, if its text shows it. @param {() => unknown} load @param {string | URL} [base] */
function addressOf(load, base) {
  const specifier = importing.exec(String(load))?.[2];
  if (!specifier || (!base && specifier[0] === ".")) return undefined; // relative to what is unknown
  try {
    return resolve(specifier, base && String(base));
  } catch {
    return undefined; // the import reports it
  }
}

/** The module that called the function whose stack this is. @param {string} [stack] */
function callerOf(stack = "") {
  const urls = stack.match(/[a-z]+:\/\/\S+?(?=:\d+:\d+)/g) ?? [];
  return urls.find((url) => url !== urls[0]) ?? urls[0];
}
