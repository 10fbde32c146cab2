/** Bytes of all bases of a subscription, and of one. */
const ALL = 1 << 20;
export const MOST = 1 << 16;
/** What an entry costs besides its bytes. */
const EACH = 100;

/**
 * A payload that deltas are based on.
 * @typedef {{ epoch: number, offset: number, bytes: Uint8Array, deltas: number }} Base
 *   `deltas`: how many have come since it was sent whole
 */

/** @param {unknown} type @param {unknown} key 0: none @returns {string} what an event is about */
export const subjectOf = (type, key) => (key === 0 ? `t${type}` : `k${key}`);

/**
 * The newest payload of each subject of a subscription, as far as 1 MiB holds them. Gateway and client
 * forget by the same rule, so that a client which has heard as much as the gateway remembers has every
 * base: the oldest ones go.
 */
export class Bases {
  /** In the order of their last change. @type {Map<string, Base>} */
  #all = new Map();
  #size = 0;

  /** @param {string} subject */
  get(subject) {
    return this.#all.get(subject);
  }

  /** @param {string} subject @param {Base} base of at most `MOST` bytes */
  set(subject, base) {
    this.delete(subject);
    this.#all.set(subject, base);
    this.#size += EACH + base.bytes.length;
    for (const oldest of this.#all.keys()) {
      if (this.#size <= ALL) return;
      this.delete(oldest);
    }
  }

  /** @param {string} subject */
  delete(subject) {
    const base = this.#all.get(subject);
    if (!base) return;
    this.#all.delete(subject);
    this.#size -= EACH + base.bytes.length;
  }

  clear() {
    this.#all.clear();
    this.#size = 0;
  }
}
