import { CACHE_RING_SIZE } from "../../dist/layout.js";

const systemNow = Date.now;

/** ms in a tick: of the core's timer wheel, and of `horizon`. */
const TICK = 16;
const PER_MS = 1 / TICK;
/** The last tick (198 days). Deadlines beyond it are checked again when it comes. */
const LAST = 0x3ffffffe;
/** Reads in a row, each within a millisecond, before a reading may be shared. */
const DENSE = 32;
/** Hits, or sets, that may share one reading: as many as fit the ring of hits (js-heap.js). */
const USES = CACHE_RING_SIZE;
/** How much life an entry must have left, in ticks, to be served without a reading: a minute. */
const MARGIN = Math.ceil(60_000 / TICK);

/** The tick of a deadline that never comes: beyond every horizon. */
export const NO_TICK = LAST + 1;

/**
 * The cache's time, in ms since the epoch. It never goes back: when the system's clock is set back,
 * it goes on from where it was. When the clock leaps (a machine that slept), it leaps too.
 *
 * Reading the system's clock costs more than the rest of a hit (46 ns against 30). Dense runs of
 * hits therefore share a reading: after 32 readings within a millisecond of each other, `horizon` is
 * set a minute ahead, for at most 128 hits of this turn of the event loop. An entry whose deadline
 * lies beyond the horizon counts as alive. (That is wrong only when something blocks for that minute
 * in the middle of such a run, as a dialog left open does.) Any other deadline is compared with a
 * fresh reading. With an own `now`, or a replaced `Date.now` (fake timers), every reading is made.
 */
export class Clock {
  /** Ticks beyond this one have not come. Without a shared reading that is `NO_TICK` alone. */
  horizon = LAST;
  #now;
  #time = 0;
  #skew = 0;
  #dense = 0;
  #uses = 0;
  #queued = false;
  #origin;
  #revoke = () => {
    this.#queued = false;
    this.#dense = 0;
    this.horizon = LAST;
  };

  /** @param {() => number} [now] ms since the epoch, instead of `Date.now` */
  constructor(now) {
    this.#now = now;
    this.#origin = this.read();
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
    if (this.#dense < DENSE || this.#now || Date.now !== systemNow) this.horizon = LAST;
    else this.#grant();
    return time;
  }

  /** The time, up to 128 calls or one turn old: new deadlines come early, never late. */
  recent() {
    return this.horizon !== LAST && --this.#uses > 0 ? this.#time : this.read();
  }

  /** Has this deadline passed? Reads the clock if necessary. @param {number} deadline */
  passed(deadline) {
    const tick = this.tick(deadline);
    if (tick === NO_TICK || (tick > this.horizon && --this.#uses > 0)) return false;
    return deadline <= this.read();
  }

  /** After 128 hits: renews or ends the shared reading. */
  check() {
    if (this.horizon !== LAST) this.read();
  }

  /** The tick in which a deadline lies. @param {number} time ms since the epoch */
  tick(time) {
    if (time === Number.POSITIVE_INFINITY) return NO_TICK;
    const tick = (time - this.#origin) * PER_MS;
    return tick > LAST ? LAST : tick | 0;
  }

  /** When a tick begins, in ms since the epoch. @param {number} tick */
  time(tick) {
    return this.#origin + tick * TICK;
  }

  #grant() {
    this.horizon = Math.min(this.tick(this.#time) + MARGIN, LAST);
    this.#uses = USES;
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(this.#revoke);
  }
}
