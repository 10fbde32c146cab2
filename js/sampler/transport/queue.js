/**
 * Batches that wait for the collector, one a visit, since a later batch replaces an earlier one.
 * Bounded in bytes: the oldest are dropped first, and counted.
 */
import { size } from "./batch.js";

const prefix = "apus-sampler-batch:";

/** @typedef {{ at: number, id: string, body: string }} Waiting `body`: a Batch as JSON, whatever the format it is sent in */

export class Queue {
  #shelf;
  #maxBytes;
  /** How many batches were dropped because the queue was full. */
  dropped = 0;

  /** @param {import("./options.js").Shelf} shelf @param {number} maxBytes */
  constructor(shelf, maxBytes) {
    this.#shelf = shelf;
    this.#maxBytes = maxBytes;
  }

  /**
   * A shelf that throws, such as a closed cache, is replaced by memory.
   * @template T @param {(shelf: import("./options.js").Shelf) => T} use @returns {T}
   */
  #with(use) {
    try {
      return use(this.#shelf);
    } catch {
      this.#shelf = new Map();
      return use(this.#shelf);
    }
  }

  /** @param {string} visit @param {Waiting} waiting */
  put(visit, waiting) {
    this.#with((shelf) => shelf.set(prefix + visit, waiting));
    const all = this.list();
    let bytes = all.reduce((sum, { body }) => sum + size(body), 0);
    for (const { visit, body } of all) {
      if (bytes <= this.#maxBytes) break;
      bytes -= size(body);
      this.dropped++;
      this.remove(visit);
    }
  }

  /** @param {string} visit @param {string} [id] only if it is this batch */
  remove(visit, id) {
    const key = prefix + visit;
    this.#with(
      (shelf) => (id === undefined || waitingAt(shelf, key)?.id === id) && shelf.delete(key),
    );
  }

  /** @returns {(Waiting & { visit: string })[]} the oldest first */
  list() {
    return this.#with((shelf) => {
      const found = [];
      for (const key of [...shelf.keys()]) {
        if (!String(key).startsWith(prefix)) continue;
        const waiting = waitingAt(shelf, key);
        // Anything else was not written by this version.
        if (typeof waiting?.body === "string" && typeof waiting.id === "string") {
          found.push({ ...waiting, visit: key.slice(prefix.length) });
        }
      }
      return found.sort((a, b) => a.at - b.at);
    });
  }
}

/** @param {import("./options.js").Shelf} shelf @param {string} key */
function waitingAt(shelf, key) {
  return /** @type {Waiting | undefined} */ (shelf.get(key));
}
