import { abortSignal, checkOptions, func, integerIn, numberIn } from "../core/check.js";
import { completed } from "./lazy.js";
import { loadChunk } from "./net/load-chunk.js";

/**
 * @typedef {object} DeployOptions
 * @property {string | URL} [manifest] URL of the build's manifest; default: that of `lazyDefaults`
 * @property {number} [interval] ms between two looks at the manifest, each random between half and one
 *   and a half of it; 300,000; `Infinity` for none
 * @property {number} [hold] bytes that the files of the tab's build may take, uncompressed; 0 for none
 * @property {(check: () => void) => (() => void) | void} [changes] subscribes `check` to something that
 *   knows of deploys, such as a channel of apus/sync; returns a function that unsubscribes
 * @property {AbortSignal} [signal] ends it, as `dispose()` does
 */

/**
 * Notices new builds before anything fails, and holds the files of the tab's own build.
 *
 *     await watchDeploys({ manifest: "/apus-manifest.json", hold: 5_000_000 });
 *     addEventListener("apus-lazy:update", ({ detail }) => detail.apply());
 *
 * It looks at the manifest in intervals, when the page becomes visible or online again, and when
 * `changes` says so; the browser sends the manifest's ETag. Another build causes `apus-lazy:update` on
 * the window, once for each; see build/update.js. With `hold`, all files that routes need are fetched
 * in idle time; see load/hold.js.
 *
 * @param {DeployOptions} [options]
 * @returns {Promise<import("./load/deploys.js").Deploys>} when the first manifest has been asked for
 * @throws {TypeError} @throws {RangeError} for invalid options, or without a manifest
 * @throws {import("../core/errors.js").ApusError} `GAVE_UP`, `GONE`: its own code could not be loaded
 */
export async function watchDeploys(options = {}) {
  checkOptions("watchDeploys", options, {
    manifest: () => {},
    interval: numberIn(1000, Infinity),
    hold: integerIn(0, Number.MAX_SAFE_INTEGER),
    changes: func,
    signal: abortSignal,
  });
  const { interval = 300_000, hold = 0, changes = () => {}, signal } = options;
  const { manifest, ...rest } = completed({});
  const source = options.manifest ?? manifest;
  if (!(typeof source === "string" || source instanceof URL)) {
    throw new TypeError(`watchDeploys: manifest must be a URL, got ${source}`);
  }
  signal?.throwIfAborted();
  const { Deploys } = await loadChunk(
    import.meta.url,
    () => import("./load/deploys.js"),
    completed({}),
  );
  return Deploys.watch({ ...rest, manifest: String(source), interval, hold, changes, signal });
}
