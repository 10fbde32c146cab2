/** Expired entries are cleared away for so long at a time, and not more often, in ms. */
const SLICE = 1;
const PAUSE = 50;
const NEVER = Number.POSITIVE_INFINITY;
const STOPPED = Number.NEGATIVE_INFINITY;

/**
 * Clears expired entries away, by one timer for all of them: what nobody asks
 * for any more must not stay in memory. (What somebody asks for is checked
 * then, whether a timer could run or not.)
 */
export class Sweeper {
  #heap;
  /** When it comes next, in ms since the epoch. */
  #next = NEVER;
  /** @type {any} */
  #timer;

  /** @param {{ clock: import("./clock.js").Clock, sweep: (budget: number) => number }} heap */
  constructor(heap) {
    this.#heap = heap;
  }

  /** Something expires then. @param {number} time */
  by(time) {
    if (time < this.#next) this.#sleep(time);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#next = STOPPED;
  }

  /** @param {number} time 0: there is more to do now */
  #sleep(time) {
    if (this.#next === STOPPED) return; // by a listener that closed the cache
    const wait = time === 0 ? -PAUSE : time - this.#heap.clock.recent();
    if (this.#next === STOPPED) return; // by the page's own clock
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
