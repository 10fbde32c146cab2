import { oneOf } from "../core/check.js";
import { preload } from "./lazy.js";
import { loadChunk } from "./net/load-chunk.js";

/** @typedef {import("./load/options.js").LazyOptions} LazyOptions */

/** What knows when a time has come. */
export const later = () => loadChunk(import.meta.url, () => import("./load/triggers.js"));

/**
 * Brings a module into the HTTP cache before it is needed, at low priority;
 * on slow connections and where the visitor saves data it does nothing.
 *
 * @param {string | URL} url
 * @param {LazyOptions & { when?: "now" | "idle" | "visible" | "hover", target?: Element }} [options]
 *   `when`: at once or in idle time; or when `target` is about to be seen, or is pointed at, focused
 *   or touched
 * @returns {() => void} stops waiting
 * @throws {TypeError} when there is no such `when`, or it needs a `target`
 */
export function prefetch(url, { target, when = target ? "visible" : "idle", ...options } = {}) {
  oneOf(target ? ["visible", "hover"] : ["now", "idle"])(when, "prefetch: when");
  const stopped = new AbortController();
  later()
    .then(({ ahead }) => ahead(preload, url, when, target, options, stopped.signal))
    .catch(() => {}); // nobody asked for it yet
  return () => stopped.abort();
}
