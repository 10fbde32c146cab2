/** @typedef {import("./events.js").LiveEvent} LiveEvent */

/** Events that are handed out before it is known how long one takes, and how fast that grows. */
const FIRST = 256;
const GROWTH = 4;

/** The events of a channel that wait for their frame. */
export class Inbox {
  #hand;
  /** Whether only the newest of each key counts, and, when it has loaded, what picks them. */
  #latest;
  /** @type {((events: LiveEvent[]) => LiveEvent[]) | undefined} */
  #pick;
  /** @type {LiveEvent[]} */
  #events = [];
  #most = FIRST;
  /** Ms that an event takes. */
  #cost = 0;

  /**
   * @param {(events: LiveEvent[]) => void} hand must not throw
   * @param {import("../../core/wasm.js").Wasm<"sync"> | false} latest only the newest of each key counts
   */
  constructor(hand, latest) {
    this.#hand = hand;
    this.#latest = latest;
  }

  get size() {
    return this.#events.length;
  }

  /** @param {LiveEvent[]} events */
  push(events) {
    this.#events = this.#events.concat(events);
  }

  /** @param {number} end @returns {boolean} see `Box` */
  deliver(end) {
    if (this.#latest && !this.#pick) {
      void this.#load(this.#latest);
      return true; // in the next frame
    }
    if (this.#pick) this.#events = this.#pick(this.#events);
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
      const fits = cost > 0 ? (end - began) / cost : Infinity;
      this.#most = Math.ceil(Math.max(1, Math.min(GROWTH * count, fits)));
    }
    return this.#events.length > 0;
  }

  /** @param {import("../../core/wasm.js").Wasm<"sync">} wasm */
  async #load(wasm) {
    this.#latest = false;
    const { latest } = await import("./latest.js").catch(() => ({ latest: undefined }));
    this.#pick = latest && ((events) => latest(wasm, events));
  }

  clear() {
    this.#events = [];
  }
}
