/**
 * Loads on their way: one for each key, whoever waits for it.
 *
 * @typedef {(key: string, options: { signal: AbortSignal }) => unknown} Loader
 *
 * @typedef {object} Flight
 * @property {Promise<any>} result
 * @property {AbortController} controller
 * @property {number} waiters
 * @property {boolean} kept the result goes into the cache
 */

/** Loads whose duration is remembered for the quantiles. */
const SAMPLE = 512;

export class Flights {
  loads = 0;
  loadErrors = 0;
  /** @type {Map<string, Flight>} */
  #flights = new Map();
  /** Errors that are to be repeated, and until when. @type {Map<string, { error: unknown, until: number }>} */
  #failed = new Map();
  /** @type {number[]} */
  #times = [];

  /**
   * The load on its way for this key, or a new one.
   * @param {string} key @param {Loader} loader
   * @param {(value: any) => void} keep called with what was loaded, unless the key was changed meanwhile
   * @param {(error: unknown) => void} failed
   */
  start(key, loader, keep, failed) {
    const under = this.#flights.get(key);
    if (under) return under;
    const controller = new AbortController();
    const begin = performance.now();
    this.loads++;
    /** @type {Flight} */
    const flight = { controller, waiters: 0, kept: true, result: Promise.resolve() };
    const done = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      this.#times[this.loads % SAMPLE] = performance.now() - begin;
    };
    flight.result = Promise.resolve()
      .then(() => loader(key, { signal: controller.signal }))
      .then(
        (value) => {
          done();
          if (flight.kept && value !== undefined) keep(value);
          return value;
        },
        (error) => {
          done();
          this.loadErrors++;
          if (flight.kept) failed(error);
          throw error;
        },
      );
    flight.result.catch(() => {}); // each waiter is told
    this.#flights.set(key, flight);
    return flight;
  }

  /**
   * Waits for a load. The signal ends this wait alone; when nobody is left
   * waiting, the load itself is aborted.
   * @param {string} key @param {Flight} flight @param {AbortSignal} [signal]
   */
  async wait(key, flight, signal) {
    flight.waiters++;
    let stop = () => {};
    try {
      if (!signal) return await flight.result;
      return await new Promise((resolve, reject) => {
        stop = () => reject(signal.reason);
        if (signal.aborted) return stop();
        signal.addEventListener("abort", stop);
        flight.result.then(resolve, reject);
      });
    } finally {
      signal?.removeEventListener("abort", stop);
      if (--flight.waiters === 0 && this.#flights.get(key) === flight) {
        this.drop(key);
        flight.controller.abort(signal?.reason);
      }
    }
  }

  /** The key was changed: what is on its way is for its waiters only. @param {string} key */
  drop(key) {
    const flight = this.#flights.get(key);
    if (flight) flight.kept = false;
    this.#flights.delete(key);
    this.#failed.delete(key);
  }

  /** @param {unknown} [reason] given: the loads are aborted too */
  clear(reason) {
    for (const [key, flight] of this.#flights) {
      this.drop(key);
      if (reason) flight.controller.abort(reason);
    }
    this.#failed.clear();
  }

  /** @param {string} key @param {unknown} error @param {number} until */
  fail(key, error, until) {
    this.#failed.set(key, { error, until });
  }

  /** Throws the remembered error. @param {string} key @param {() => number} now */
  check(key, now) {
    const failed = this.#failed.get(key);
    if (!failed) return;
    if (failed.until > now()) throw failed.error;
    this.#failed.delete(key);
  }

  /** Nothing on its way, nothing remembered. */
  get idle() {
    return this.#flights.size === 0 && this.#failed.size === 0;
  }

  /** ms that loads took, of the last 512. */
  get times() {
    const sorted = this.#times.filter((time) => time >= 0).sort((a, b) => a - b);
    /** @param {number} q */
    const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
