const systemNow = Date.now;
const NEVER = Number.MAX_VALUE;

/** Reads in a row within a millisecond each, before the clock may be trusted. */
const DENSE = 32;
/** Sets that may go by one reading (hits: one ring, see JsHeap). */
const USES = 256;
/** How much life an entry must have left, in ms, to be served without reading the clock. */
const MARGIN = 10_000;

/**
 * The cache's time, in ms since the epoch, never going back: a clock that is
 * set back goes on from where it was, one that leaps (a machine that slept)
 * leaps here too. So deadlines hold.
 *
 * Reading the system's clock costs more than the whole rest of a hit (46 ns
 * against 35), so dense runs of hits share a reading: after 32 readings within
 * a millisecond of each other, `horizon` is set 10 s ahead of the time read. An
 * entry whose deadline lies beyond it is alive unless this very turn of the
 * event loop blocks for more than 10 s; any other entry's deadline is compared
 * with a fresh reading. The grant ends with the turn (a microtask), or with
 * the next ring of hits that took longer than it should. Whoever passes his
 * own `now`, or replaces `Date.now` (fake timers), has every reading made.
 */
export class Clock {
  /** Deadlines beyond this have not passed. Without a grant none but `Infinity` is. */
  horizon = NEVER;
  #now;
  #time = 0;
  #skew = 0;
  #dense = 0;
  #uses = 0;
  #queued = false;
  #revoke = () => {
    this.#queued = false;
    this.#dense = 0;
    this.#end();
  };

  /** @param {() => number} [now] ms since the epoch, instead of `Date.now` */
  constructor(now) {
    this.#now = now;
  }

  /** The time, read now. */
  read() {
    let time = (this.#now ? this.#now() : Date.now()) + this.#skew;
    if (time < this.#time) {
      this.#skew += this.#time - time;
      time = this.#time;
    }
    this.#dense = time - this.#time <= 1 ? this.#dense + 1 : 0;
    this.#time = time;
    if (this.#dense < DENSE || this.#now || Date.now !== systemNow) this.#end();
    else this.#grant();
    return time;
  }

  /** The time, up to 256 calls or one turn old: for new deadlines, which then come early, never late. */
  recent() {
    return this.horizon !== NEVER && --this.#uses > 0 ? this.#time : this.read();
  }

  /** Has this deadline passed? Asked only of deadlines not beyond the horizon. @param {number} deadline */
  passed(deadline) {
    return deadline <= this.read();
  }

  /** After each ring of hits: does the grant still hold? */
  check() {
    if (this.horizon !== NEVER) this.read();
  }

  #grant() {
    this.horizon = this.#time + MARGIN;
    this.#uses = USES;
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(this.#revoke);
  }

  #end() {
    this.horizon = NEVER;
  }
}
