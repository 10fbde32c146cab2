import { resolve } from "../build/resolve.js";
import { checkOrigin } from "../net/allowed-origins.js";
import { loadChunk } from "../net/load-chunk.js";
import { Loader } from "./loader.js";

/** @typedef {import("./options.js").LazyOptions & { origins?: string[], sealed?: boolean }} Options see loader.js */

/** The page's loader. */
export const loader = new Loader();

/** URLs that may be something else than modules; routes.js decides. */
const other = /\.(?!m?js\b)\w+([?#]|$)/;

/**
 * lazy() and preload() after their options are checked. This chunk brings
 * everything that is needed when the network fails.
 *
 * @param {string | URL} url @param {Options} options
 * @param {boolean} [gather] only fetches the files, runs nothing
 * @returns {Promise<any>} when a module's graph is gathered: its current URL
 */
export async function loadFile(url, options, gather) {
  const { manifest, endpoints, as = other.test(String(url)) ? "" : "module", ...rest } = options;
  if (as !== "module" || manifest || endpoints) {
    const { loadRouted } = await routes(options);
    return loadRouted(loader, url, { manifest, endpoints, as, ...rest }, gather);
  }
  const href = resolve(url);
  checkOrigin(href, rest.origins);
  if (!gather) return loader.module(href, rest);
  await loader.gather(href, rest);
  return href;
}

/** @param {Options} options */
const routes = (options) => loadChunk(import.meta.url, () => import("./routes.js"), options);

/** Loads what a build with a manifest needs besides. @param {Options} options */
export async function warmUp(options) {
  if (options.manifest) await (await routes(options)).warmUp(loader, options);
}

/**
 * Reports on the page's loader; see observe.js.
 * @param {import("./observe.js").Watchers} watchers
 * @param {typeof import("../lazy.js").preload} preload
 */
export async function observePage(watchers, preload) {
  const { observe } = await loadChunk(import.meta.url, () => import("./observe.js"));
  observe(loader, watchers, preload);
}
