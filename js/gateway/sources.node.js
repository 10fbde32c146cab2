/**
 * Something outside whose changes reach channels and values, such as a database. Its events have a
 * publisher and a sequence number, so a source may repeat after a crash: each is applied once.
 * @typedef {object} Source
 * @property {string} name
 * @property {(target: Target) => void} start
 * @property {() => Promise<void>} close resolves when nothing of it is under way
 */

/**
 * @typedef {object} Target
 * @property {Pick<import("./values.node.js").Values, "invalidate" | "delete">} values
 * @property {Pick<import("./engine.node.js").Engine, "note" | "setNote">} engine
 * @property {Streams} streams
 */

/**
 * The part of the engine's channels that a source uses.
 * @typedef {object} Streams
 * @property {(channel: string, events: { type: string, data: unknown, key?: string }[],
 *   options: { keep: number, publisher: string, seq: number, remember: number }) =>
 *   Promise<{ at: import("../sync/position.js").Position, duplicate: boolean }>} append
 *   `remember`: ms for which a repetition is refused
 */

/** @param {any} value @param {string} name */
export function sourcesCheck(value, name) {
  const fine = (/** @type {any} */ source) =>
    typeof source?.name === "string" &&
    typeof source.start === "function" &&
    typeof source.close === "function";
  if (!Array.isArray(value) || !value.every(fine)) {
    throw new TypeError(`${name} must be a list of sources, such as postgres() returns`);
  }
}

/**
 * @param {import("./engine.node.js").Engine} engine of a gateway with sources
 * @throws {TypeError} if it has no channels
 */
export function streamsOf({ streams }) {
  if (!streams) throw new TypeError("Gateway.open: sources need an engine with streams");
  return streams;
}
