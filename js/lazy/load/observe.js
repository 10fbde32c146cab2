import { loadChunk } from "../net/load-chunk.js";
import { aside } from "../net/notify.js";
import { Successors } from "./successors.js";

/** Where the table of successors is kept in the given cache. */
const KEY = "apus-lazy-successors";
/** What is opened next at least so often is worth fetching ahead. */
const LIKELY = 0.3;

/**
 * @typedef {object} Watchers
 * @property {{ track: (name: string, ms: number, tags: Record<string, string>) => void }} [sampler]
 * @property {{ get: (key: string) => any, set: (key: string, value: any) => unknown }} [predict]
 */

/**
 * Passes on what the loader does: latencies to a sampler, and the order in
 * which modules are opened to a table that tells what to fetch ahead.
 *
 * @param {import("./loader.js").Loader} loader
 * @param {Watchers} watchers
 * @param {typeof import("../lazy.js").preload} preload
 */
export function watch(loader, { sampler, predict }, preload) {
  /** @type {Successors | undefined} */
  let successors;
  aside(() => {
    if (predict) successors = new Successors(predict.get(KEY));
  });
  /** @type {string | undefined} */
  let last;
  loader.note = (url, ms, ok) => {
    if (ms !== undefined) {
      const { origin } = new URL(url);
      aside(() => sampler?.track("lazy", ms, { origin, ok: String(ok) }));
      return;
    }
    if (!successors || url === last) return;
    if (last !== undefined) {
      successors.record(last, url);
      const saved = successors.saved();
      aside(() => predict?.set(KEY, saved));
    }
    last = url;
    const next = successors.likely(url, LIKELY);
    if (next) {
      loadChunk(import.meta.url, () => import("./triggers.js"))
        .then(({ ahead }) => ahead(preload, next, "idle"))
        .catch(() => {}); // nobody asked for it yet
    }
  };
}
