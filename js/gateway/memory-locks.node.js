/** @typedef {import("./engine.node.js").Locks} Locks */

/**
 * The locks of a memory engine. O(1); what has ended is forgotten as others begin.
 * @implements {Locks}
 */
export class MemoryLocks {
  /** Oldest first. @type {Map<string, { token: number, holder: string, until: number }>} */
  #held = new Map();
  #last = 0;
  #now;
  #released;

  /** @param {() => number} now ms since 1970 @param {(lock: string) => void} released is told */
  constructor(now, released) {
    this.#now = now;
    this.#released = released;
  }

  /** @type {Locks["acquire"]} */
  async acquire(lock, ms, holder) {
    const now = this.#now();
    const held = this.#of(lock);
    if (held && held.holder !== holder) return { token: 0, wait: held.until - now };
    for (const [other, { until }] of this.#held) {
      if (until > now) break;
      this.#held.delete(other);
    }
    // By the clock, so that tokens grow also from one process to the next.
    const token = held?.token ?? Math.max(this.#last + 1, now * 1000);
    this.#last = Math.max(this.#last, token);
    this.#hold(lock, { token, holder, until: now + ms });
    return { token, wait: 0 };
  }

  /** @type {Locks["renew"]} */
  async renew(lock, token, ms) {
    const held = this.#of(lock);
    if (held?.token !== token) return false;
    this.#hold(lock, { ...held, until: this.#now() + ms });
    return true;
  }

  /** @type {Locks["release"]} */
  async release(lock, token) {
    if (!this.holds(lock, token)) return false;
    this.#held.delete(lock);
    this.#released(lock);
    return true;
  }

  /** Whether that is the holder's token now. @param {string} lock @param {number} token */
  holds(lock, token) {
    return this.#of(lock)?.token === token;
  }

  /** @param {string} lock */
  #of(lock) {
    const held = this.#held.get(lock);
    return held && held.until > this.#now() ? held : undefined;
  }

  /** @param {string} lock @param {{ token: number, holder: string, until: number }} held */
  #hold(lock, held) {
    this.#held.delete(lock);
    this.#held.set(lock, held);
  }
}
