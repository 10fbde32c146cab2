import { integerIn } from "../../core/check.js";

/**
 * @typedef {object} Waiting
 * @property {number} priority
 * @property {() => void} go
 */

/**
 * Runs at most `limit` calls at once. The others queue by priority, then in
 * order of arrival.
 */
export class Bulkhead {
  #limit;
  #running = 0;
  /** @type {Waiting[]} sorted, the next one first */
  #queue = [];

  /** @param {{ limit: number }} options */
  constructor({ limit }) {
    integerIn(1, Infinity)(limit, "Bulkhead: limit");
    this.#limit = limit;
  }

  get waiting() {
    return this.#queue.length;
  }

  /**
   * Calls `fn` as soon as a slot is free.
   * @template T
   * @param {() => T | Promise<T>} fn
   * @param {{ priority?: number, signal?: AbortSignal }} [options] a higher `priority` (default 0) goes first
   * @returns {Promise<T>} rejects with the signal's reason when it aborts while queued
   */
  async run(fn, { priority = 0, signal } = {}) {
    await this.enter(priority, signal);
    try {
      return await fn();
    } finally {
      this.leave();
    }
  }

  /**
   * Takes a slot; `leave()` gives it back.
   * @param {number} priority @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   */
  async enter(priority, signal) {
    signal?.throwIfAborted();
    if (this.#running < this.#limit) {
      this.#running++;
      return;
    }
    await new Promise((resolve, reject) => {
      const abort = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const go = () => {
        signal?.removeEventListener("abort", abort);
        resolve(undefined);
      };
      const waiting = { priority, go };
      const at = this.#queue.findIndex((other) => other.priority < priority);
      this.#queue.splice(at < 0 ? this.#queue.length : at, 0, waiting);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  leave() {
    const next = this.#queue.shift();
    if (next) next.go();
    else this.#running--;
  }
}
