import { oneOf } from "../core/check.js";
import { preload } from "./lazy.js";
import { loadChunk } from "./net/load-chunk.js";

/** @typedef {import("./load/options.js").LazyOptions} LazyOptions */

/** The triggers of prefetch() and `<apus-lazy when>`. */
export const loadTriggers = () => loadChunk(import.meta.url, () => import("./load/triggers.js"));

/**
 * Fetches a module into the HTTP cache before it is needed, at low priority. On
 * slow connections, and when the visitor saves data, it does nothing.
 *
 * @param {string | URL} url
 * @param {LazyOptions & { when?: "now" | "idle" | "visible" | "hover", target?: Element }} [options]
 *   `when`: now or in idle time; with a `target`, when it is about to be visible, or is pointed at,
 *   focused or touched
 * @returns {() => void} stops waiting
 * @throws {TypeError} for an unknown `when`, or one that needs a `target`
 */
export function prefetch(url, { target, when = target ? "visible" : "idle", ...options } = {}) {
  oneOf(target ? ["visible", "hover"] : ["now", "idle"])(when, "prefetch: when");
  const stopped = new AbortController();
  loadTriggers()
    .then(({ prefetchWhen }) => prefetchWhen(preload, url, when, target, options, stopped.signal))
    .catch(() => {}); // a real load reports the error
  return () => stopped.abort();
}
