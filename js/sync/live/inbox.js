/** @typedef {import("./events.js").LiveEvent} LiveEvent */

/** Events that are handed out before it is known how long one takes, and how fast that grows. */
const FIRST = 256;
const GROWTH = 4;

const utf8 = new TextEncoder();

/** The events of a channel that wait for their frame. */
export class Inbox {
  #wasm;
  #latest;
  #hand;
  /** @type {LiveEvent[]} */
  #events = [];
  #most = FIRST;
  /** Ms that an event takes. */
  #cost = 0;

  /**
   * @param {import("../../core/wasm.js").Wasm<"sync">} wasm
   * @param {boolean} latest only the newest of each key counts
   * @param {(events: LiveEvent[]) => void} hand must not throw
   */
  constructor(wasm, latest, hand) {
    this.#wasm = wasm;
    this.#latest = latest;
    this.#hand = hand;
  }

  get size() {
    return this.#events.length;
  }

  /** @param {LiveEvent[]} events */
  push(events) {
    this.#events = this.#events.length === 0 ? events : this.#events.concat(events);
  }

  /** Drops all but the newest of each key. O(size) */
  coalesce() {
    const count = this.#events.length;
    if (!this.#latest || count < 2) return;
    // A key ends with a zero byte: one within is another character.
    const keys = utf8.encode(
      this.#events.map(({ key = "" }) => `${key.replaceAll("\0", "\u0001")}\0`).join(""),
    );
    const { memory } = this.#wasm;
    const room = memory.room(4 * count + keys.length);
    memory.u8.set(keys, room + 4 * count);
    const kept = this.#wasm.apus_sync_latest(room + 4 * count, keys.length, count, room);
    if (kept === 0) return; // memory is refused: all of them, then
    const indexes = memory.u32.subarray(room / 4, room / 4 + kept);
    this.#events = Array.from(indexes, (i) => this.#events[i]);
  }

  /** @param {number} end @returns {boolean} as of `Box` */
  deliver(end) {
    this.coalesce();
    const began = performance.now();
    const fit = this.#cost > 0 ? Math.floor((end - began) / this.#cost) : this.#most;
    const count = Math.max(1, Math.min(fit, this.#most, this.#events.length));
    const events = this.#events.slice(0, count);
    this.#events = count < this.#events.length ? this.#events.slice(count) : [];
    if (events.length === 0) return false;
    this.#hand(events);
    const cost = (performance.now() - began) / count;
    this.#cost = this.#cost > 0 ? (this.#cost + cost) / 2 : cost;
    if (count === this.#most || cost * this.#most > end - began) {
      const fits = cost > 0 ? (end - began) / cost : Number.POSITIVE_INFINITY;
      this.#most = Math.ceil(Math.max(1, Math.min(GROWTH * count, fits)));
    }
    return this.#events.length > 0;
  }

  clear() {
    this.#events = [];
  }
}
