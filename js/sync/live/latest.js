/** @typedef {import("./events.js").LiveEvent} LiveEvent */

const utf8 = new TextEncoder();

/**
 * The newest event of each key, and all without one. O(size)
 * @param {import("../../core/wasm.js").Wasm<"sync">} wasm @param {LiveEvent[]} events
 * @returns {LiveEvent[]} in order
 */
export function latest(wasm, events) {
  const count = events.length;
  if (count < 2) return events;
  // A zero byte ends a key: one within is another character.
  const keys = events.map(({ key = "" }) => `${key.replaceAll("\0", "\u0001")}\0`).join("");
  const bytes = utf8.encode(keys);
  const { memory } = wasm;
  const room = memory.room(4 * count + bytes.length);
  memory.u8.set(bytes, room + 4 * count);
  const kept = wasm.apus_sync_latest(room + 4 * count, bytes.length, count, room);
  if (kept === 0) return events; // memory is refused: all of them, then
  return Array.from(memory.u32.subarray(room / 4, room / 4 + kept), (i) => events[i]);
}
