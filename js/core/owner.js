import { unwatch, watchForLeak } from "#leaks";
import { ApusError } from "./errors.js";
import { granted } from "./memory.js";

/**
 * Owns one engine of the C++ core for a facade: hands out its address while the facade is open, and
 * frees it once. In development, an owner that is garbage collected before it was closed is
 * reported.
 *
 *     #engine = new Owner("VirtualList", core.apus_list_new(rows, 40), core.apus_list_delete);
 *     offsetOf(row) { return core.apus_list_offset(this.#engine.address, row); }
 *     dispose() { this.#engine.dispose(); }
 */
export class Owner {
  #what;
  #free;
  #address;
  #closed = false;

  /**
   * @param {string} what the facade, for messages
   * @param {number} address of the engine; 0 when it was refused memory
   * @param {(address: number) => void} free
   * @throws {RangeError} when memory is exhausted
   */
  constructor(what, address, free) {
    this.#what = what;
    this.#address = granted(address) >>> 0;
    this.#free = free;
    watchForLeak(this, what);
  }

  /** Where the engine lies in memory. @throws {ApusError} `CLOSED` once it is freed */
  get address() {
    if (this.#address === 0) throw this.error();
    return this.#address;
  }

  /** Whether `close` or `dispose` was called. */
  get closed() {
    return this.#closed;
  }

  /** @throws {ApusError} `CLOSED` after `close` or `dispose` */
  check() {
    if (this.#closed) throw this.error();
  }

  /** The error of every later call. */
  error() {
    return new ApusError("CLOSED", `the ${this.#what} is closed`);
  }

  /**
   * The first half of `dispose`, for a facade that still needs the engine to clean up.
   * @returns {boolean} whether it was open
   */
  close() {
    if (this.#closed) return false;
    this.#closed = true;
    unwatch(this);
    return true;
  }

  /** Closes and frees the engine. Calling it again does nothing. */
  dispose() {
    this.close();
    if (this.#address !== 0) this.#free(this.#address);
    this.#address = 0;
  }
}
