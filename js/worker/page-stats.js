import { abortSignal, checkOptions, numberIn } from "../core/check.js";
import { rooms } from "../core/rooms.js";
import { ask } from "./ask.js";

/**
 * Of one cache of the worker's routes, since the worker started.
 * @typedef {object} RouteStats
 * @property {string} name of the cache @property {number} entries @property {number} bytes of bodies
 *   and headers, before compression
 * @property {number} diskBytes of the bodies in the store, compressed @property {number} compressionRatio
 * @property {number} hits @property {number} misses @property {number} evictions
 */

/**
 * What the routes of the page's worker keep, one item for each cache that is open.
 * @returns {Promise<RouteStats[]>} empty without a worker of routes, which has 2 s to answer
 */
export async function routeStats() {
  const controller = globalThis.navigator?.serviceWorker?.controller;
  return (controller && (await ask(controller, { apus: "stats" }))) ?? [];
}

/**
 * Shows the worker's caches to the page's samplers, next to the page's own, as `worker:<name>`.
 * @param {{ every?: number, signal?: AbortSignal }} [options] `every`: ms between two questions, at
 *   least 100; default 5,000. `signal` ends it
 * @throws {TypeError | RangeError} naming the bad argument
 */
export function watchRoutes(options = {}) {
  checkOptions("watchRoutes", options, { every: numberIn(100, 2 ** 31 - 1), signal: abortSignal });
  const { every = 5000, signal } = options;
  /** @type {Map<string, { stats: RouteStats, unlist: () => void, source: object }>} */
  const shown = new Map();
  const look = async () => {
    for (const stats of await routeStats()) {
      const known = shown.get(stats.name);
      if (known) known.stats = stats;
      else if (!signal?.aborted) show(stats);
    }
  };
  /** @param {RouteStats} stats */
  const show = (stats) => {
    const source = {
      name: `worker:${stats.name}`,
      stats: () => shown.get(stats.name)?.stats ?? stats,
    };
    shown.set(stats.name, { stats, source, unlist: rooms.list(source) });
  };
  if (signal?.aborted) return;
  void look();
  const timer = setInterval(look, every);
  signal?.addEventListener("abort", () => {
    clearInterval(timer);
    for (const { unlist } of shown.values()) unlist();
  });
}
