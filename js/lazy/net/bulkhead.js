import { integerIn } from "../../core/check.js";
import { onAbort } from "./abort.js";

/**
 * A call in the queue, a circular list.
 * @typedef {object} Waiting
 * @property {number} priority
 * @property {() => void} go
 * @property {Waiting} before
 * @property {Waiting} next
 */

/**
 * Runs at most `limit` calls at once. The others queue by priority, then in
 * order of arrival. To queue a call costs O(1), and one step for each waiting
 * call of lower priority.
 */
export class Bulkhead {
  #limit;
  #running = 0;
  #waiting = 0;
  /** Before the first and after the last. */
  #end = /** @type {Waiting} */ ({ priority: Infinity });

  /** @param {{ limit: number }} options */
  constructor({ limit }) {
    integerIn(1, Infinity)(limit, "Bulkhead: limit");
    this.#limit = limit;
    this.#end.next = this.#end.before = this.#end;
  }

  get waiting() {
    return this.#waiting;
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
  enter(priority, signal) {
    // A free slot and one that is handed over must take equally long, or the last to come is the first.
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#running < this.#limit) {
      this.#running++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const stop = onAbort(signal, (reason) => {
        this.#remove(waiting);
        reject(reason);
      });
      const go = () => {
        stop();
        this.#remove(waiting);
        resolve();
      };
      let before = this.#end.before;
      while (before.priority < priority) before = before.before;
      const waiting = { priority, go, before, next: before.next };
      before.next = before.next.before = waiting;
      this.#waiting++;
    });
  }

  leave() {
    if (this.#waiting) this.#end.next.go();
    else this.#running--;
  }

  /** @param {Waiting} waiting */
  #remove({ before, next }) {
    before.next = next;
    next.before = before;
    this.#waiting--;
  }
}
