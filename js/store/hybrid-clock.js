import { STAMP_CLOCK_LIMIT, STAMP_EPOCH_S, STAMPS_PER_MS } from "../../dist/layout.js";

/**
 * A hybrid logical clock: stamps follow the wall clock while it moves forward
 * and count on while it does not. A later write therefore has a greater stamp,
 * even after this tab has seen a stamp of a tab whose clock is ahead. (Kulkarni
 * et al., "Logical Physical Clocks and Consistent Snapshots", 2014.)
 *
 * A stamp is an integer below 2^48: 41 bits of ms since 2020, 7 bits to count.
 * The core appends 16 bits of the writing tab, which make it unique.
 */
export class HybridClock {
  #now;
  #last = 0;

  /** @param {() => number} now ms since 1970 */
  constructor(now) {
    this.#now = now;
  }

  /** A stamp for a write; the same until the time or `tick` moves it. @returns {number} */
  read() {
    const wall = Math.max(0, this.#now() - STAMP_EPOCH_S * 1000) * STAMPS_PER_MS;
    // A clock that is a lifetime ahead must not leave the range.
    if (wall > this.#last && wall < LIMIT) this.#last = wall;
    return this.#last;
  }

  /** Makes every later stamp greater than all earlier ones. @returns {number} the first of them */
  tick() {
    this.read();
    this.#last += 1;
    return this.#last;
  }

  /** Moves past another tab's stamp. @param {number} stamp */
  see(stamp) {
    if (stamp >= this.#last && stamp < LIMIT) this.#last = stamp + 1;
  }
}

const LIMIT = STAMP_CLOCK_LIMIT * 2 ** 32;
