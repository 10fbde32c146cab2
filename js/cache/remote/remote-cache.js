import { checkOptions, func } from "../../core/check.js";
import { checkKey, entry } from "../options.js";
import { Counts } from "./lower.js";
import { levels as levelsOption, PAGE, status } from "./options.js";

/** @typedef {import("./options.js").Level} Level */
/** @typedef {import("./options.js").Status} Status */
/** @typedef {import("./lower.js").LevelEntry} LevelEntry */
/** @typedef {import("./options.js").SetOptions} SetOptions */
/** @typedef {import("./options.js").RemoteFetchOptions} RemoteFetchOptions */

const setChecks = { ...entry, levels: levelsOption };
const ORIGINS = 1000; // keys whose last level is remembered

/** @typedef {new (name: string, levels: import("../levels.js").Levels, persists: boolean) => import("../cache.js").Cache<any>} Base */

/**
 * @typedef {object} Parts
 * @property {import("./remote.js").Remote} remote
 * @property {import("./lower.js").Lower} lower
 * @property {number} ttl ms for which memory keeps an entry
 * @property {number | undefined} diskTtl ms for which the disk keeps it
 */

/**
 * The class of caches with a gateway. It is made from `Cache` so that pages without one do not load it.
 * @param {Base} Cache
 * @returns {new (name: string, levels: import("../levels.js").Levels, persists: boolean, parts: Parts) => import("../cache.js").Cache<any>}
 */
export function remoteCache(Cache) {
  return class RemoteCache extends Cache {
    #levels;
    #remote;
    #lower;
    #ttls;
    #memory = new Counts();
    /** @type {Map<string, Status>} how keys were loaded last */
    #origins = new Map();

    /**
     * @param {string} name @param {import("../levels.js").Levels} levels @param {boolean} persists
     * @param {Parts} parts
     */
    constructor(name, levels, persists, { remote, lower, ...ttls }) {
      super(name, levels, persists);
      this.#levels = levels;
      this.#remote = remote;
      this.#lower = lower;
      this.#ttls = ttls;
    }

    /**
     * As `Cache.set`, in these levels; all, if left out. The gateway's answer is awaited by `flush`.
     * @override
     * @param {string} key @param {any} value @param {SetOptions} [options]
     */
    set(key, value, options = {}) {
      checkOptions("set", options, setChecks);
      this.#put(key, value, options, "set");
      return this;
    }

    /**
     * @override
     * @param {Iterable<[string, any]>} entries @param {SetOptions} [options] for all
     */
    setMany(entries, options = {}) {
      const all = [...entries];
      checkOptions("setMany", options, setChecks);
      for (const [key, value] of all) checkEntry(key, value, "setMany");
      this.#levels.check(all);
      for (const [key, value] of all) this.#put(key, value, options, "setMany");
      return this;
    }

    /**
     * The value from the first level that has it: memory, disk, the caches on the way, the gateway,
     * the loader. It is kept in the levels of this page, for as long as each keeps entries and the
     * gateway allows.
     * @override
     * @param {string} key @param {any} [loader] for keys that the gateway does not have, or while it
     *   is down. Its result stays in this page, unless `levels` names `remote`.
     * @param {RemoteFetchOptions} [options]
     * @returns {Promise<any>} `undefined` when no level has it; rejects with an `ApusError` when the
     *   gateway has to be asked and does not answer, or with the loader's error
     */
    async fetch(key, loader, { levels, status: told, ...options } = {}) {
      checkKey(key, "fetch");
      checkOptions("fetch", { levels, status: told }, { levels: levelsOption, status });
      if (loader !== undefined) func(loader, "fetch: loader");
      this.#levels.heap.owner.check();
      const begin = performance.now();
      const tell = (/** @type {Status} */ how) => {
        if (told) Object.assign(told, { stale: false, offline: this.#remote.offline }, how);
      };
      if (levels) {
        const { value, ...how } = await this.#fetchAt(key, loader, levels, options);
        tell(how);
        return value;
      }
      let value = this.get(key);
      this.#memory.note(performance.now() - begin, value !== undefined);
      if (value !== undefined) {
        tell({ level: "memory" });
        return value;
      }
      const old = this.#levels.heap.stale(key);
      this.#origins.delete(key);
      const loads = await this.#levels.loads();
      value = await loads.fetch(key, /** @type {any} */ (this.#loader(loader)), options);
      const how = this.#origins.get(key) ?? { level: old !== undefined ? "memory" : "disk" };
      const stale = how.stale || (old !== undefined && value === old);
      tell({ ...how, stale, ...(value === undefined && { level: "none" }) });
      return value;
    }

    /**
     * @override
     * @param {string} key @param {any} [loader] @param {import("../options.js").FetchOptions} [options]
     */
    async refresh(key, loader, options = {}) {
      checkKey(key, "refresh");
      const loads = await this.#levels.loads();
      return loads.refresh(key, /** @type {any} */ (this.#loader(loader)), options);
    }

    /**
     * Brings entries into memory before they are asked for: keys from disk, or else from the gateway
     * in batches; a string names the beginning of keys on disk.
     * @param {Iterable<string> | string} what
     * @returns {Promise<number>} how many entries came into memory; rejects as `fetch`
     */
    async warm(what) {
      const { heap } = this.#levels;
      const before = this.size;
      if (typeof what === "string") {
        await this.#lower.preload(what);
        return this.size - before;
      }
      const missing = [];
      for (const key of what) {
        checkKey(key, "warm");
        if (heap.peek(key) !== undefined) continue;
        if ((await this.#lower.read(key)) === undefined) missing.push(key);
      }
      await this.#remote.warm(missing, (key, answer) => {
        if (!this.#levels.heap.owner.closed)
          this.#levels.put(key, answer.value, this.#entryOf(answer, {}));
      });
      return this.size - before;
    }

    /**
     * As `Cache.load`. What `dump` gave stays in this page: nobody knows how old it is.
     * @override
     * @param {any} what
     * @returns {Promise<any>}
     */
    async load(what) {
      if (typeof what !== "object" || !what) return super.load(what);
      const { restore } = await import("../dump.js");
      const { heap } = this.#levels;
      heap.owner.check();
      const set = (
        /** @type {string} */ key,
        /** @type {any} */ value,
        /** @type {SetOptions} */ options,
      ) => this.set(key, value, { ...options, levels: ["memory", "disk"] });
      return restore(/** @type {any} */ ({ set }), heap, what);
    }

    /** Asks the gateway for changes now. @returns {Promise<boolean>} whether all changes before the call are known */
    catchUp() {
      return this.#remote.catchUp();
    }

    /** As `Cache.stats`, and for each level its counts, its times in ms, and its bytes: kept, or received. @override */
    stats() {
      const stats = super.stats();
      const memory = {
        ...this.#memory.stats,
        hits: stats.hits,
        misses: stats.misses,
        bytes: stats.bytes,
      };
      const disk = stats.disk && { ...this.#lower.disk.stats, bytes: stats.disk.bytes };
      return { ...stats, levels: { memory, ...(disk && { disk }), ...this.#remote.stats } };
    }

    /** @param {string} key @param {any} value @param {SetOptions} options @param {string} where */
    #put(key, value, { levels, ...options }, where) {
      checkEntry(key, value, where);
      const { ttl } = options;
      const lives =
        ttl === undefined ? { diskTtl: this.#ttls.diskTtl } : { diskTtl: ttl, remoteTtl: ttl };
      this.#keep(key, value, { ...options, ...lives }, levels);
    }

    /** @param {string} key @param {any} value @param {LevelEntry} entry @param {readonly Level[]} [levels] */
    #keep(key, value, entry, levels) {
      const all = this.#levels;
      if (!levels || levels.includes("memory"))
        all.set(key, value, /** @type {any} */ ({ ...entry, levels }));
      else {
        all.heap.owner.check();
        const { ttl = this.#ttls.ttl, tags = [], priority = 0 } = entry;
        const expiresAt = all.heap.clock.read() + ttl;
        this.#lower.put(key, value, { expiresAt, tags: [...tags], priority }, { ...entry, levels });
        all.flights?.drop(key);
        all.heap.delete(key); // it is not the newest any more
      }
    }

    /**
     * Asks chosen levels and keeps the value in them; not shared with other calls.
     * @param {string} key @param {any} loader @param {readonly Level[]} levels
     * @param {import("../options.js").FetchOptions} options
     * @returns {Promise<Status & { value: any }>}
     */
    async #fetchAt(key, loader, levels, { signal = new AbortController().signal, ...options }) {
      signal.throwIfAborted();
      if (levels.includes("memory")) {
        const value = this.get(key);
        if (value !== undefined) return { value, level: "memory" };
      }
      if (levels.includes("disk")) {
        const value = await this.#lower.read(key);
        if (value !== undefined) return { value, level: "disk" };
      }
      const inPage = levels.filter((level) => level !== "remote");
      /** @type {any} */
      const entry = { ...options };
      if (levels.includes("remote")) {
        const value = await this.#loader(undefined)(key, { signal }, entry);
        const how = this.#origins.get(key) ?? {};
        if (value !== undefined) {
          if (inPage.length > 0 && !how.stale)
            this.#keep(key, value, { ...entry, arrived: true }, inPage);
          return { value, ...how };
        }
      }
      if (!loader) return { value: undefined, level: "none" };
      const value = await loader(key, { signal });
      if (value !== undefined) this.#put(key, value, { ...options, levels }, "fetch");
      return { value, level: "loader" };
    }

    /** Asks the gateway, and then the page's loader. @param {any} loader @returns {import("../flights.js").OwnLoader} */
    #loader(loader) {
      return async (key, { signal }, entry) => {
        /** @type {unknown} */
        let failure;
        try {
          const answer = await this.#remote.get(key, signal);
          if (answer.value !== undefined) {
            this.#came(key, { level: answer.level, stale: answer.stale });
            Object.assign(entry, this.#entryOf(answer, entry));
            return answer.value;
          }
        } catch (error) {
          signal.throwIfAborted();
          failure = error;
        }
        if (!loader) {
          if (failure) throw failure;
          return undefined;
        }
        const value = await loader(key, { signal });
        this.#came(key, { level: "loader" });
        Object.assign(entry, { levels: PAGE });
        return value;
      };
    }

    /**
     * The options of a value that came from the gateway.
     * @param {import("./values.js").Answer} answer @param {import("../options.js").EntryOptions} asked
     * @returns {LevelEntry}
     */
    #entryOf({ tags, ttl, stale }, { ttl: l1 = this.#ttls.ttl }) {
      const left = stale ? 0 : Math.max(0, ttl);
      const diskTtl = Math.min(left, this.#ttls.diskTtl ?? l1);
      return { tags, ttl: Math.min(left, l1), diskTtl, levels: PAGE };
    }

    /** @param {string} key @param {Status} how */
    #came(key, how) {
      this.#origins.set(key, how);
      if (this.#origins.size > ORIGINS) this.#origins.delete([...this.#origins.keys()][0]);
    }
  };
}

/** @param {unknown} key @param {unknown} value @param {string} where */
function checkEntry(key, value, where) {
  checkKey(key, where);
  if (value !== undefined) return;
  throw new TypeError(`${where}: the value of "${key}" is undefined, which means a miss`);
}
