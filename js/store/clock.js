/**
 * A hybrid logical clock: stamps follow the wall clock where it moves forward
 * and count on where it does not, so a later write has a greater stamp, also
 * after this tab has seen one from a tab whose clock is ahead. (Kulkarni et
 * al., "Logical Physical Clocks and Consistent Snapshots", 2014.)
 *
 * A stamp is an integer below 2^48: 41 bits of ms since 2020, 7 bits to count.
 * The writing tab's 16 bits make it unique; the core appends them.
 */
export class Clock {
  #now;
  #last = 0;

  /** @param {() => number} now ms since 1970 */
  constructor(now) {
    this.#now = now;
  }

  /** A stamp for a write; the same until the time or `tick` moves it. @returns {number} */
  read() {
    const wall = Math.max(0, this.#now() - EPOCH) * COUNT;
    // A clock a lifetime ahead must not leave the range.
    if (wall > this.#last && wall < LIMIT) this.#last = wall;
    return this.#last;
  }

  /** Every later stamp is greater than any given out. @returns {number} the first of them */
  tick() {
    this.read();
    this.#last += 1;
    return this.#last;
  }

  /** Takes note of another tab's stamp. @param {number} stamp */
  see(stamp) {
    if (stamp >= this.#last && stamp < LIMIT) this.#last = stamp + 1;
  }
}

const EPOCH = Date.UTC(2020);
const COUNT = 128;
const LIMIT = 2 ** 48 - 2 ** 32;
