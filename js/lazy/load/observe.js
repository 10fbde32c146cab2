import { loadChunk } from "../net/load-chunk.js";
import { notify } from "../net/notify.js";
import { Successors } from "./successors.js";

/** The key of the saved table of successors in the page's cache. */
const KEY = "apus-lazy-successors";
/** A module that follows in at least this share of cases is fetched ahead. */
const LIKELY = 0.3;

/**
 * @typedef {object} Watchers
 * @property {{ track: (name: string, ms: number, tags: Record<string, string>) => void }} [sampler]
 *   gets the latency of each request
 * @property {{ get(key: string): unknown, set(key: string, value: unknown): unknown }} [predict]
 *   a cache that keeps the table of successors
 */

/**
 * Reports on the loader: latencies to a sampler, and the order in which modules
 * are opened to a table that predicts the next module.
 *
 * @param {import("./loader.js").Loader} loader
 * @param {Watchers} watchers
 * @param {typeof import("../lazy.js").preload} preload
 */
export function observe(loader, { sampler, predict }, preload) {
  /** @type {Successors | undefined} */
  let successors;
  notify(() => {
    if (predict) successors = new Successors(predict.get(KEY));
  });
  loader.fetcher.onrequest = (url, ms, ok) => {
    const { origin } = new URL(url);
    notify(() => sampler?.track("lazy", ms, { origin, ok: String(ok) }));
  };
  /** @type {string | undefined} */
  let last;
  loader.onopen = (url) => {
    if (!successors || url === last) return;
    if (last !== undefined) {
      successors.record(last, url);
      const saved = successors.saved();
      notify(() => predict?.set(KEY, saved));
    }
    last = url;
    const next = successors.likely(url, LIKELY);
    if (next) {
      loadChunk(import.meta.url, () => import("./triggers.js"))
        .then(({ prefetchWhen }) => prefetchWhen(preload, next, "idle"))
        .catch(() => {}); // a real load reports the error
    }
  };
}
