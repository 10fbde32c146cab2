import { Batch } from "./batch.js";
import { CLEAR, control, DELETED, TAG } from "./encode.js";

/**
 * Changes that are not on the disk yet: the newest one of each key, from `put`
 * until its transaction is complete. A change is waiting, in the open batch, or
 * being written. When a batch fails, its changes wait again, unless newer ones do.
 */

/** @typedef {import("./encode.js").Change} Change */

const BATCH_ROWS = 4096; // the head of more might be too large for one record

export class Changes {
  #clock;
  #batchSize;
  #failed;
  /** @type {Map<string, Change>} */ #waiting = new Map();
  /** @type {Map<string, Change>} in a batch, open or being written */ #taken = new Map();
  /** @type {Batch | undefined} */ #open;

  /**
   * @param {import("./hybrid-clock.js").HybridClock} clock
   * @param {number} batchSize characters of a full batch
   * @param {(change: Change, error: unknown) => void} failed called with a value that cannot be encoded
   */
  constructor(clock, batchSize, failed) {
    this.#clock = clock;
    this.#batchSize = batchSize;
    this.#failed = failed;
  }

  /** The number of changes that are not being written yet. */
  get waiting() {
    return this.#waiting.size + (this.#open?.changes.length ?? 0);
  }

  /** @param {Change} change */
  add(change) {
    this.#waiting.set(nameOf(change.kind, change.key), change);
  }

  /** The change of a key, if it has one. @param {string} key @returns {Change | undefined} */
  of(key) {
    const name = nameOf(DELETED, key);
    return this.#waiting.get(name) ?? this.#taken.get(name);
  }

  /** The newest change of each key that has one. @returns {Iterable<Change>} */
  *all() {
    yield* this.#waiting.values();
    for (const [name, change] of this.#taken) if (!this.#waiting.has(name)) yield change;
  }

  /**
   * Fills the open batch.
   * @param {number} [until] when to stop, a time of `performance.now()`
   * @returns {Batch | undefined} the batch, once it is full or nothing waits
   */
  fill(until = Infinity) {
    this.#open ??= new Batch();
    const batch = this.#open;
    for (const [name, change] of this.#waiting) {
      try {
        if (!batch.add(change, this.#batchSize)) break; // too large to share a batch
        this.#taken.set(name, change);
      } catch (error) {
        this.#taken.set(name, this.#instead(batch, change, error));
      }
      this.#waiting.delete(name);
      if (batch.size >= this.#batchSize || batch.changes.length >= BATCH_ROWS) break;
      if ((batch.changes.length & 15) === 0 && performance.now() > until) {
        this.#clock.tick();
        return undefined;
      }
    }
    this.#clock.tick(); // later changes are newer than those in the batch
    this.#open = undefined;
    return batch.changes.length ? batch : undefined;
  }

  /** A copy of a batch, from its changes: the worker has its bytes. @param {Pick<Batch, "changes">} batch */
  again({ changes }) {
    const batch = new Batch();
    for (const change of changes) {
      try {
        batch.add(change, Infinity);
      } catch (error) {
        const name = nameOf(change.kind, change.key);
        const gone = this.#instead(batch, change, error);
        if (this.#taken.get(name) === change) this.#taken.set(name, gone);
      }
    }
    return batch;
  }

  /**
   * Replaces a value that cannot be encoded by a deletion of its key's older value.
   * @param {Batch} batch @param {Change} change @param {unknown} error
   */
  #instead(batch, change, error) {
    const gone = control(DELETED, change.key, change.stamp);
    batch.add(gone, Infinity);
    this.#failed(change, error);
    return gone;
  }

  /** The batch is on the disk. @param {Pick<Batch, "changes">} batch */
  committed(batch) {
    for (const change of batch.changes) {
      const name = nameOf(change.kind, change.key);
      if (this.#taken.get(name) === change) this.#taken.delete(name);
    }
  }

  /** The batch did not reach the disk. @param {Batch} batch */
  failed(batch) {
    for (const change of batch.changes) {
      const name = nameOf(change.kind, change.key);
      if (this.#taken.get(name) !== change) continue;
      this.#taken.delete(name);
      if (!this.#waiting.has(name)) this.#waiting.set(name, change);
    }
  }

  /** Removes and returns all waiting changes, oldest first. @returns {Change[]} */
  drain() {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    return all;
  }
}

/**
 * A change's name in the maps: its key, and for tags and clears a name that no key
 * has. Keys that begin with NUL get one more NUL.
 * @param {number} kind @param {string} key
 */
function nameOf(kind, key) {
  if (kind === TAG) return `\0t${key}`;
  if (kind === CLEAR) return "\0c";
  return key.charCodeAt(0) === 0 ? `\0\0${key}` : key;
}
