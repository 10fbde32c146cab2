import { announce } from "../build/deploy.js";
import { resolve } from "../build/resolve.js";
import { allow } from "../net/allowed-origins.js";
import { loadChunk } from "../net/load-chunk.js";
import { Loader } from "./loader.js";

/** @typedef {import("./options.js").LazyOptions & { origins?: string[], sealed?: boolean }} Options see loader.js */

/** The page's loader. */
export const loader = new Loader();

/** What may be no module; routes.js knows. */
const other = /\.(?!m?js\b)\w+([?#]|$)/;

/**
 * What lazy() and preload() do once their options are checked. All that is
 * needed when the network fails comes with this chunk.
 *
 * @param {string | URL} url @param {Options} options
 * @param {boolean} [gather] only brings the files here, runs nothing
 * @returns {Promise<any>}
 */
export async function bring(url, options, gather) {
  try {
    return await find(url, options, gather);
  } catch (/** @type {any} */ error) {
    throw error?.code === "GONE" ? announce(error, String(url)) : error;
  }
}

/**
 * The same, and leaves it to the caller to tell the page what is gone.
 *
 * @param {string | URL} url @param {Options} options @param {boolean} [gather]
 * @returns {Promise<any>} when a module's graph is gathered: the URL it has now
 */
export async function find(url, options, gather) {
  const { manifest, endpoints, as = other.test(String(url)) ? "" : "module", ...rest } = options;
  if (as !== "module" || manifest || endpoints) {
    const { along } = await loadChunk(import.meta.url, () => import("./routes.js"), options);
    return along(loader, url, { manifest, endpoints, as, ...rest }, gather);
  }
  const href = resolve(url);
  allow(href, rest.origins);
  if (!gather) return loader.module(href, rest);
  await loader.gather(href, rest);
  return href;
}

/**
 * Passes on what the loader does; see watch.js.
 * @param {import("./observe.js").Watchers} watchers
 * @param {typeof import("../lazy.js").preload} preload
 */
export async function observe(watchers, preload) {
  const { watch } = await loadChunk(import.meta.url, () => import("./observe.js"));
  watch(loader, watchers, preload);
}
