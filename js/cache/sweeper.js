/** ms that one sweep takes, and that lie between two at least. */
const SLICE = 1;
const PAUSE = 50;
const NEVER = Number.POSITIVE_INFINITY;
const STOPPED = Number.NEGATIVE_INFINITY;

/**
 * Removes expired entries, with one timer for all: entries that are never read again must not stay in
 * memory. (A read checks its own entry, whether the timer has run or not.)
 */
export class Sweeper {
  #heap;
  /** When it sweeps next, in ms since the epoch. */
  #next = NEVER;
  /** @type {any} */
  #timer;

  /** @param {{ clock: import("./clock.js").Clock, sweep: (budget: number) => number }} heap */
  constructor(heap) {
    this.#heap = heap;
  }

  /** An entry expires then. @param {number} time */
  by(time) {
    if (time < this.#next) this.#sleep(time);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#next = STOPPED;
  }

  /** @param {number} time 0: there is more to do now */
  #sleep(time) {
    if (this.#next === STOPPED) return; // a listener closed the cache
    const wait = time === 0 ? -PAUSE : time - this.#heap.clock.recent();
    if (this.#next === STOPPED) return; // the page's own clock did
    clearTimeout(this.#timer);
    this.#next = time;
    if (time === NEVER) return;
    const delay = time === 0 ? 0 : Math.max(PAUSE, wait + PAUSE);
    this.#timer = setTimeout(
      () => this.#sleep(this.#heap.sweep(SLICE)),
      Math.min(delay, 0x7fffffff),
    );
    this.#timer.unref?.(); // in Node it must not keep the process alive
  }
}
