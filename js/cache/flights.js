import { abortSignal, checkOptions, func } from "../core/check.js";
import { entry, lifetime } from "./options.js";
import { Times } from "./times.js";

/**
 * Makes a value for a key. Its `signal` aborts when no caller waits any longer.
 * @template [Result=unknown]
 * @typedef {(key: string, options: { signal: AbortSignal }) => Result | PromiseLike<Result>} Loader
 */

/**
 * A loader of the cache itself, which may change the options under which its result is kept.
 * @typedef {(key: string, options: { signal: AbortSignal }, entry: import("./options.js").EntryOptions) => unknown} OwnLoader
 */

/**
 * A load under way.
 * @typedef {object} Flight
 * @property {Promise<any>} result
 * @property {AbortController} controller
 * @property {number} waiters
 * @property {boolean} kept the result goes into the cache
 * @property {boolean} fresh `refresh` asked for it
 * @property {"waits" | "runs" | "over"} stage once it runs, the loader may have read the state
 *   before a change
 */

const options = { ...entry, negativeTtl: lifetime, signal: abortSignal };

/** @param {Function} loader @param {import("./options.js").FetchOptions} given */
function check(loader, given) {
  func(loader, "fetch: loader");
  checkOptions("fetch", given, options);
  given.signal?.throwIfAborted();
}

/** ms between two sweeps of remembered errors, at least. */
const PAUSE = 50;
/** Errors that are remembered at once; the oldest are forgotten first. */
const FAILURES = 1000;

/**
 * The parts of a cache that its loads use.
 * @typedef {object} Host
 * @property {(key: string) => any} peek
 * @property {(key: string) => any} stale an expired value that may still be served
 * @property {(key: string) => Promise<any>} fromDisk
 * @property {(key: string, load: () => Promise<any>, options: { signal: AbortSignal, fresh: boolean }) => Promise<any>} alone
 *   loads while no other tab does; without `fresh`, returns a value that another tab has loaded meanwhile
 * @property {(key: string, value: any, options: object) => void} put
 * @property {() => number} now
 */

/** Single-flight loading: one load for each key, and with a store, one for all tabs. */
export class Flights {
  #loads = 0;
  #loadErrors = 0;
  #staleHits = 0;
  /** @type {Map<string, Flight>} */
  #flights = new Map();
  /** Errors to repeat, and until when. @type {Map<string, { error: unknown, until: number }>} */
  #failed = new Map();
  /** Forgets them in time. @type {any} */
  #timer;
  #times = new Times();
  #host;

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * After a miss. @param {string} key @param {Loader} loader
   * @param {import("./options.js").FetchOptions} options
   */
  async fetch(key, loader, options) {
    check(loader, options);
    const found = this.#host.peek(key) ?? (await this.#host.fromDisk(key));
    if (found !== undefined) return found;
    const failed = this.#failed.get(key);
    if (failed && failed.until > this.#host.now()) throw failed.error;
    const stale = this.#host.stale(key);
    const flight = this.#start(key, loader, options, false);
    if (stale === undefined) return this.#wait(key, flight, options.signal);
    this.#staleHits++;
    flight.waiters++; // the cache itself: no caller's signal ends this load
    return stale;
  }

  /** @param {string} key @param {Loader} loader @param {import("./options.js").FetchOptions} options */
  async refresh(key, loader, options) {
    check(loader, options);
    this.#host.peek(key); // throws if the cache was closed meanwhile
    return this.#wait(key, this.#start(key, loader, options, true), options.signal);
  }

  /** The key was changed: a load under way is for its waiters only. @param {string} key */
  drop(key) {
    const flight = this.#flights.get(key);
    if (flight) flight.kept = false;
    this.#flights.delete(key);
    this.#failed.delete(key);
  }

  /**
   * Another tab or cache has changed the key. A load that runs is for its waiters only; one that
   * waits for its turn will read the new state.
   * @param {string} [key] default: all keys
   * @param {ReadonlySet<string>} [spared] keys whose loads will find out by themselves
   */
  outdate(key, spared) {
    for (const each of key === undefined ? this.#flights.keys() : [key]) {
      if (spared?.has(each)) continue;
      if ((this.#flights.get(each)?.stage ?? "waits") !== "waits") this.drop(each);
      else this.#failed.delete(each);
    }
    if (key === undefined) this.#failed.clear();
  }

  /** @param {unknown} [reason] given: the loads are aborted too */
  clear(reason) {
    for (const [key, flight] of this.#flights) {
      this.drop(key);
      if (reason) flight.controller.abort(reason);
    }
    this.#failed.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Load times in ms, of the last 512 loads. */
  get stats() {
    return {
      staleHits: this.#staleHits,
      loads: this.#loads,
      loadErrors: this.#loadErrors,
      loadTime: this.#times.quantiles,
    };
  }

  /**
   * @param {string} key @param {Loader} loader
   * @param {import("./options.js").FetchOptions} options @param {boolean} fresh
   */
  #start(key, loader, { signal: _, negativeTtl = 0, ...options }, fresh) {
    const under = this.#flights.get(key);
    if (under && (!fresh || (under.fresh && under.stage === "waits"))) return under;
    if (under) this.drop(key); // it may bring the old state
    const controller = new AbortController();
    const { signal } = controller;
    /** @type {Flight} */
    const flight = {
      controller,
      waiters: 0,
      kept: true,
      fresh,
      stage: "waits",
      result: Promise.resolve(),
    };
    const done = () => {
      flight.stage = "over";
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    const load = async () => {
      flight.stage = "runs";
      const begin = performance.now();
      this.#loads++;
      const entry = { ...options };
      try {
        const value = await /** @type {OwnLoader} */ (loader)(key, { signal }, entry);
        if (flight.kept && value !== undefined) this.#host.put(key, value, entry);
        return value;
      } catch (error) {
        this.#loadErrors++;
        if (flight.kept && negativeTtl) this.#remember(key, error, negativeTtl);
        throw error;
      } finally {
        flight.stage = "over";
        this.#times.note(performance.now() - begin);
      }
    };
    flight.result = Promise.resolve()
      .then(() => this.#host.alone(key, load, { signal, fresh }))
      .finally(done);
    flight.result.catch(() => {}); // each waiter gets the error
    this.#flights.set(key, flight);
    return flight;
  }

  /**
   * Waits for a load. The signal ends only this wait; when no caller waits any longer, the load is
   * aborted.
   * @param {string} key @param {Flight} flight @param {AbortSignal} [signal]
   */
  async #wait(key, flight, signal) {
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
      if (--flight.waiters === 0 && flight.stage !== "over") {
        if (this.#flights.get(key) === flight) this.drop(key);
        flight.controller.abort(signal?.reason);
      }
    }
  }

  /** @param {string} key @param {unknown} error @param {number} ttl */
  #remember(key, error, ttl) {
    this.#failed.delete(key);
    this.#failed.set(key, { error, until: this.#host.now() + ttl });
    if (this.#failed.size > FAILURES) {
      const [oldest] = this.#failed.keys();
      this.#failed.delete(oldest);
    }
    this.#sweepAfter(ttl);
  }

  /** @param {number} ms */
  #sweepAfter(ms) {
    if (this.#timer !== undefined || ms === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const now = this.#host.now();
        let next = Number.POSITIVE_INFINITY;
        for (const [key, { until }] of this.#failed) {
          if (until <= now) this.#failed.delete(key);
          else next = Math.min(next, until - now);
        }
        this.#sweepAfter(next);
      },
      Math.min(Math.max(ms, PAUSE), 0x7fffffff),
    );
    this.#timer.unref?.();
  }
}

/**
 * The loads of one cache.
 * @param {import("./levels.js").Levels} levels
 * @throws {import("../core/errors.js").ApusError} `CLOSED`
 */
export function flightsOf(levels) {
  const { heap } = levels;
  const { owner } = heap;
  owner.check();
  return new Flights({
    peek: (key) => owner.check() ?? heap.peek(key),
    stale: (key) => heap.stale(key),
    fromDisk: async (key) => levels.disk?.read(key),
    alone: (key, load, options) => levels.disk?.alone(key, load, options) ?? load(),
    put: (key, value, options) => owner.closed || levels.put(key, value, options),
    now: () => heap.clock.read(),
  });
}
