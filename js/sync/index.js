/** @typedef {import("./live/connect.js").ConnectOptions} ConnectOptions */

export { bucketOf, slotOf, tagSlotOf } from "./bucket.js";
export { LogFollower } from "./log-follower.js";
export { parseAsOf } from "./position.js";

/**
 * Connects to a gateway; see js/sync/live/connect.js, which is loaded by the call.
 * @param {string | URL} url the gateway's base, such as "/apus/"; relative to the page
 * @param {ConnectOptions} [options]
 * @returns {Promise<import("./live/live.js").Live>} does not wait for the gateway: see its `status`
 * @throws {TypeError | RangeError} for a bad URL or option
 * @throws {import("../core/errors.js").ApusError} `WASM_UNAVAILABLE`; the reason of the signal
 */
export async function connect(url, options) {
  return (await import("./live/connect.js")).connect(url, options);
}

/**
 * A table behind keyset cursors as the `source` of a list; see js/sync/pages, which is loaded by the call.
 * @template [Row=unknown]
 * @param {import("./pages/options.js").PagesOptions<Row>} options
 * @returns {Promise<import("./pages/page-source.js").PageSource<Row>>} with `total`, after the first request, so that the
 *   length is right from the begin
 * @throws {TypeError | RangeError} for a bad option; requests that fail are reported by the list and the event `error`
 */
export async function pages(options) {
  const source = new (await import("./pages/page-source.js")).PageSource(options);
  if (options.total) await Promise.resolve(source.getRange(0, 1)).catch(() => {});
  return source;
}

/** @typedef {import("./outbox/outbox.js").Outbox} Outbox */
/** @typedef {import("./outbox/outbox.js").OutboxOptions} OutboxOptions */
/** @typedef {import("./live/live.js").Live} Live */
/**
 * @template [Row=unknown]
 * @typedef {import("./pages/options.js").PagesOptions<Row>} PagesOptions
 */

/**
 * Requests that wait for the network; see js/sync/outbox/outbox.js, which is loaded by `open`. In a
 * service worker, `open` must be called while its script runs: it listens to background syncs.
 */
export const Outbox = {
  /**
   * @param {string} name @param {import("./outbox/outbox.js").OutboxOptions} [options]
   * @returns {Promise<Outbox>} it sends from now on
   * @throws {TypeError | RangeError} for a bad option
   * @throws {import("../core/errors.js").ApusError} the codes of js/sync/outbox/outbox.js
   */
  open(name, options) {
    const outbox = import("./outbox/outbox.js").then(({ Outbox }) => Outbox.open(name, options));
    if ("registration" in globalThis) {
      globalThis.addEventListener("sync", (/** @type {any} */ event) => {
        if (event.tag !== `apus-outbox:${name}`) return;
        const sent = outbox.then((it) => it.drain());
        event.waitUntil(sent.then((left) => left && Promise.reject(new Error("requests wait"))));
      });
    }
    return outbox;
  },
};
