import { pause } from "./health.js";

/**
 * A change on its way to the gateway.
 * @typedef {object} Write
 * @property {() => Promise<any>} send
 * @property {(answer: any) => void} [taken] in the turn in which the key stops to be under way
 * @property {(error: any) => void} refused it will never be taken
 */

const AT_ONCE = 6; // requests, as many as a browser's connections of HTTP/1
const MOST = 10_000; // writes that wait; beyond, the oldest is refused

/**
 * The changes that the gateway has not acknowledged. Of a key only the newest is sent, after the one
 * under way; an invalidation is sent after all writes before it and before all after it. A change that
 * fails for a reason that passes is sent again, with full jitter, while the page lives.
 */
export class Writes {
  /** By key, or by a number for invalidations. @type {Map<string | number, Write>} */
  #waiting = new Map();
  /** @type {Map<string | number, Promise<void>>} */
  #under = new Map();
  #passes;
  #number = 0;
  /** Whether an invalidation is under way. */
  #invalidates = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #closed = false;

  /** @param {(error: any) => boolean} passes whether a failure passes by itself */
  constructor(passes) {
    this.#passes = passes;
  }

  /** @param {string | undefined} key @param {Write} write */
  add(key, write) {
    const name = key ?? this.#number++;
    this.#waiting.delete(name); // it waits at the end then
    this.#waiting.set(name, write);
    if (this.#waiting.size > MOST) {
      const [[oldest, { refused }]] = this.#waiting;
      this.#waiting.delete(oldest);
      refused(new RangeError(`more than ${MOST} writes wait for the gateway`));
    }
    if (this.#timer === undefined) queueMicrotask(() => this.#next());
  }

  /** @param {string} key @returns {boolean} whether a change of it has yet to be sent */
  waits(key) {
    return this.#waiting.has(key);
  }

  /** @param {string} key @returns {boolean} whether a change of it is not acknowledged */
  has(key) {
    return this.#waiting.has(key) || this.#under.has(key);
  }

  /**
   * Sends what waits, at once.
   * @returns {Promise<boolean>} true when all is acknowledged; false when something still waits
   */
  async settled() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next();
    while (this.#under.size > 0) await Promise.all(this.#under.values());
    return this.#waiting.size === 0;
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #next() {
    for (const [name, write] of this.#waiting) {
      if (this.#closed || this.#timer !== undefined || this.#under.size >= AT_ONCE) return;
      const alone = typeof name === "number";
      if (this.#invalidates || (alone && this.#under.size > 0)) return;
      if (this.#under.has(name)) continue;
      this.#waiting.delete(name);
      this.#invalidates = alone;
      this.#under.set(name, this.#send(name, write));
    }
  }

  /** @param {string | number} name @param {Write} write */
  async #send(name, write) {
    try {
      const answer = await write.send();
      this.#failures = 0;
      this.#under.delete(name);
      write.taken?.(answer);
    } catch (/** @type {any} */ error) {
      if (!this.#passes(error)) write.refused(error);
      else {
        // Before all that were made later; a newer one of its key takes its place.
        if (!this.#waiting.has(name)) this.#waiting = new Map([[name, write], ...this.#waiting]);
        this.#later(error.wait);
      }
    } finally {
      this.#under.delete(name);
      this.#invalidates = false;
      this.#next();
    }
  }

  /** @param {number} [wait] ms that the gateway asked for */
  #later(wait) {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#next();
      },
      pause(this.#failures++, wait),
    );
    /** @type {any} */ (this.#timer).unref?.(); // of Node, whose process may end
  }
}
