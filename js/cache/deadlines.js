import { NO_TICK } from "./clock.js";

const NEVER = Number.POSITIVE_INFINITY;

/** When entries expire, by slot. The first three slots, which the core never uses, stay filled. */
export class Deadlines {
  #clock;
  /** ms since the epoch. */
  #times = [NEVER, NEVER, NEVER];
  /** Their ticks. */
  #ticks = [NO_TICK, NO_TICK, NO_TICK];
  /** No later than any tick since `clear`. While it is beyond the horizon, hits skip their own. */
  #soonest = NO_TICK;

  /** @param {import("./clock.js").Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** @param {number} slot */
  get(slot) {
    return this.#times[slot];
  }

  /** @param {number} slot @param {number} time @param {number} tick the clock's for this time */
  set(slot, time, tick) {
    this.#times[slot] = time;
    this.#ticks[slot] = tick;
    if (tick < this.#soonest) this.#soonest = tick;
  }

  /** Has it passed? For hits: reads the clock only near a deadline. @param {number} slot */
  passedAtHit(slot) {
    const { horizon } = this.#clock;
    return this.#soonest <= horizon && this.#ticks[slot] <= horizon && this.passed(slot);
  }

  /** @param {number} slot */
  passed(slot) {
    return this.#ticks[slot] !== NO_TICK && this.#clock.passed(this.#times[slot]);
  }

  clear() {
    this.#times.length = this.#ticks.length = 3;
    this.#soonest = NO_TICK;
  }
}
