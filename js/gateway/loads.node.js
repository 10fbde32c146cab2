import { matcher } from "../cache/match.js";
import { func } from "../core/check.js";
import { ApusError } from "../core/errors.js";

/** @typedef {import("./values.node.js").Found} Found */
/** @typedef {import("../sync/position.js").Position} Position */

/**
 * What a loader returns. Without a value the key is known to have none for `ttl`.
 * @typedef {object} Loaded
 * @property {unknown} value JSON, or a `Uint8Array`; `undefined` for none
 * @property {string} [type] content type; default `application/json` or `application/octet-stream`
 * @property {string[]} [tags]
 * @property {number} [ttl] ms; default: for ever, and 5 s without a value
 * @property {number} [staleFor] ms after that in which the value is served while another loads
 *
 * @typedef {(key: string, options: { signal: AbortSignal }) => Promise<Loaded>} Loader
 */

const MOST_TRIES = 100;
const utf8 = new TextEncoder();

/** @typedef {{ matches: (key: string) => unknown, loader: Loader }} Matching */

/**
 * @param {Record<string, Loader>} load by glob of keys
 * @returns {Matching[]}
 * @throws {TypeError | ApusError} for a bad glob or a loader that is no function
 */
export function loadersOf(load) {
  return Object.entries(load).map(([glob, loader]) => {
    func(loader, `Gateway.open: load: ${glob}`);
    const matches = matcher(glob);
    return { matches: (key) => matches(key, undefined), loader };
  });
}

/**
 * Loads values that are missing, once for a key over all gateways: whoever has the lease loads, and
 * its fencing token keeps a holder that was stopped too long from writing. Others wait for the
 * value. Errors are not kept.
 */
export class Loads {
  #values;
  #engine;
  #loaders;
  #timeout;
  /** @type {Map<string, { begun: number, result: Promise<Found> }>} */
  #under = new Map();
  /** Calls and loads so far, which orders them. */
  #count = 0;
  /** Counts of loads, and of those that failed. */
  stats = { loads: 0, errors: 0, waits: 0 };

  /**
   * @param {import("./values.node.js").Values} values
   * @param {import("./engine.node.js").Engine} engine
   * @param {Matching[]} loaders the first that matches loads
   * @param {number} [timeout] ms that a load may take
   */
  constructor(values, engine, loaders, timeout = 10_000) {
    this.#values = values;
    this.#engine = engine;
    this.#timeout = timeout;
    this.#loaders = loaders;
  }

  /**
   * The value, loaded if it is missing. A stale one comes at once, while another loads.
   * @param {string} key @param {Parameters<import("./values.node.js").Values["get"]>[1]} [options]
   * @returns {Promise<Found>}
   * @throws {ApusError} `LOAD_FAILED` with the loader's error as its cause
   */
  async get(key, { newest = false, seen } = {}) {
    const loader = this.#loaders.find(({ matches }) => matches(key))?.loader;
    const since = this.#count++;
    for (;;) {
      const found = await this.#values.get(key, { newest, seen });
      if (!loader || (found.stored && !found.stale)) return found;
      const under = this.#under.get(key) ?? this.#start(key, loader);
      if (found.stored) return found;
      if (!(newest || seen) || under.begun > since) return under.result;
      await under.result.catch(() => {}); // it may have read what was changed before this call
    }
  }

  /** @param {string} key @param {Loader} loader */
  #start(key, loader) {
    const result = this.#load(key, loader).finally(() => this.#under.delete(key));
    result.catch(() => {}); // whoever waits gets the error
    const under = { begun: this.#count++, result };
    this.#under.set(key, under);
    return under;
  }

  /** @param {string} key @param {Loader} loader @returns {Promise<Found>} */
  async #load(key, loader) {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const lease = await this.#engine.lease(key, this.#timeout);
      if (lease.token > 0) {
        // Another holder may have written just before.
        const found = await this.#values.get(key, { newest: true });
        if (found.stored && !found.stale) {
          await this.#engine.release(key, lease.token);
          return found;
        }
        if (await this.#run(key, loader, lease.token)) {
          const loaded = await this.#values.get(key);
          if (loaded.stored) return loaded; // else it was invalidated meanwhile
        }
      } else {
        this.stats.waits++;
        await this.#change(key, lease.wait);
        const found = await this.#values.get(key);
        if (found.stored && !found.stale) return found;
      }
    }
    throw new ApusError("LOAD_FAILED", `${JSON.stringify(key)} was changed during each load`);
  }

  /**
   * @param {string} key @param {Loader} loader @param {number} lease
   * @returns {Promise<boolean>} whether the value was kept; else the key was changed meanwhile
   */
  async #run(key, loader, lease) {
    this.stats.loads++;
    const asOf = await this.#values.tagsAsOf();
    const signal = AbortSignal.timeout(this.#timeout);
    try {
      const late = new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
      );
      const loaded = await Promise.race([loader(key, { signal }), late]);
      return Boolean(await this.#values.set(key, encode(key, loaded), { asOf, lease }));
    } catch (cause) {
      this.stats.errors++;
      throw new ApusError("LOAD_FAILED", `the loader of ${JSON.stringify(key)} failed`, { cause });
    } finally {
      await this.#engine.release(key, lease).catch(() => {}); // it ends by itself
    }
  }

  /** Waits until the key changes, or for at most `ms`. @param {string} key @param {number} ms */
  #change(key, ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve(undefined);
      };
      const timer = setTimeout(done, Math.min(ms, 250)); // a failed holder releases its lease silently
      const stop = this.#values.feed.listen(({ events }) => {
        if (events.some(({ name }) => name === key)) done();
      });
    });
  }
}

/** @param {string} key @param {Loaded} loaded */
function encode(key, loaded) {
  if (loaded === null || typeof loaded !== "object") {
    throw new TypeError(`the loader of ${JSON.stringify(key)} must return an object with a value`);
  }
  const { value, type, ...rest } = loaded;
  if (value === undefined) return { ttl: 5000, ...rest, body: new Uint8Array(), type: "" };
  if (value instanceof Uint8Array) {
    return { ...rest, body: value, type: type ?? "application/octet-stream" };
  }
  return { ...rest, body: utf8.encode(JSON.stringify(value)), type: type ?? "application/json" };
}
