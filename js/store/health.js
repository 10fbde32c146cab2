import { ApusError } from "../core/errors.js";

/**
 * Whether storage works. The first failure is reported, the store goes on in memory
 * and tries again after 1 s, 2 s, … a minute.
 */

const RETRY = 1000; // ms
const RETRY_MOST = 60_000;

/** Codes that are not retried. */
const FINAL = new Set(["FOREIGN_DATABASE", "NEWER_VERSION", "NO_INDEXEDDB"]);

export class Health {
  #degraded;
  #retry;
  /** @type {ApusError | undefined} */ #error;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #after = RETRY;
  #closed = false;
  recoveries = 0;
  /** Blocks that were damaged or unreadable. */ droppedBlocks = 0;

  /**
   * @param {(error: ApusError) => void} degraded called once until storage works again
   * @param {() => Promise<void>} retry rejects when storage still fails
   */
  constructor(degraded, retry) {
    this.#degraded = degraded;
    this.#retry = retry;
  }

  /** The code of the error with which storage fails at present. */
  get code() {
    return this.#error?.code;
  }

  /** @param {any} cause IndexedDB's error, or an `ApusError` */
  failed(cause) {
    if (this.#closed) return;
    if (!this.#error) {
      const code = cause?.name === "QuotaExceededError" ? "QUOTA_EXCEEDED" : "STORAGE_FAILED";
      const error =
        cause instanceof ApusError
          ? cause
          : new ApusError(code, `IndexedDB does not work: ${cause}`, { cause });
      this.#error = error;
      this.#degraded(error);
    }
    if (FINAL.has(this.#error.code)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#retry().catch((error) => this.failed(error));
    }, this.#after);
    this.#after = Math.min(2 * this.#after, RETRY_MOST);
  }

  /** Storage has worked. */
  works() {
    if (!this.#error) return;
    this.#error = undefined;
    this.#after = RETRY;
    this.recoveries += 1;
    clearTimeout(this.#timer);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
