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
