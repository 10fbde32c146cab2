import { Times } from "../times.js";

/** @typedef {import("../disk.js").Disk} Disk */
/** @typedef {import("./options.js").Level} Level */

/**
 * Options of an entry for all levels. Those without a lifetime of their own live as long as the
 * level keeps entries.
 * @typedef {import("../options.js").EntryOptions & {
 *   diskTtl?: number, remoteTtl?: number, levels?: readonly Level[],
 * }} LevelEntry
 */

/** Counts of a level. */
export class Counts {
  hits = 0;
  misses = 0;
  errors = 0;
  bytes = 0;
  #times = new Times();

  /** @param {number} ms @param {boolean} hit */
  note(ms, hit) {
    this.#times.note(ms);
    if (hit) this.hits++;
    else this.misses++;
  }

  /** Times in ms, of the last 512. */
  get stats() {
    const { hits, misses, errors, bytes } = this;
    return { hits, misses, errors, bytes, ...this.#times.quantiles };
  }
}

/**
 * The levels below memory, in place of a cache's disk: the disk, if there is one, and the gateway.
 * Changes pass on to both; reads ask the disk alone, because only a load waits for the network.
 */
export class Lower {
  disk = new Counts();
  #disk;
  #remote;
  #ttl;
  #now;

  /**
   * @param {object} parts
   * @param {Disk | undefined} parts.disk
   * @param {import("./remote.js").Remote} parts.remote
   * @param {number | undefined} parts.ttl ms for which the disk keeps an entry
   * @param {() => number} parts.now
   */
  constructor({ disk, remote, ttl, now }) {
    this.#disk = disk;
    this.#remote = remote;
    this.#ttl = ttl;
    this.#now = now;
  }

  /** @param {string} key @returns {Promise<unknown>} */
  async read(key) {
    if (!this.#disk) return undefined;
    const begin = performance.now();
    const value = await this.#disk.read(key);
    this.#remote.told("disk", this.disk, performance.now() - begin, value !== undefined);
    return value;
  }

  /** Brings records into memory. @param {string} prefix of their keys */
  async preload(prefix) {
    await this.#disk?.preload(prefix);
  }

  /** @param {string} key @param {() => Promise<unknown>} load @param {{ signal: AbortSignal, fresh: boolean }} options */
  alone(key, load, options) {
    return this.#disk ? this.#disk.alone(key, load, options) : load();
  }

  /**
   * @param {string} key @param {unknown} value
   * @param {{ expiresAt: number, tags: string[], priority: number }} meta `expiresAt` in memory
   * @param {LevelEntry} [entry]
   */
  put(key, value, meta, entry = {}) {
    const { levels, diskTtl = this.#ttl } = entry;
    const expiresAt = diskTtl === undefined ? meta.expiresAt : this.#now() + diskTtl;
    if (!levels || levels.includes("disk")) this.#disk?.put(key, value, { ...meta, expiresAt });
    if (!levels || levels.includes("remote")) this.#remote.write(key, value, meta.tags, entry);
    else this.#remote.kept(key, levels);
  }

  /** @param {string} key @param {string} [reason] `invalidate`: the gateway keeps its value */
  delete(key, reason) {
    this.#disk?.delete(key);
    if (reason !== "invalidate") this.#remote.delete(key);
  }

  clear() {
    this.#disk?.clear();
    this.#remote.cleared();
  }

  /** @param {string[]} tags */
  invalidateTags(tags) {
    this.#disk?.invalidateTags(tags);
    this.#remote.invalidate({ tags });
  }

  /** The gateway knows prefixes alone. @param {import("../events.js").Pattern<any>} pattern */
  deleteMatching(pattern) {
    this.#disk?.deleteMatching(pattern);
    const [, prefix] =
      /^([^*?[\]{}!\\]+)\*\*?$/.exec(typeof pattern === "string" ? pattern : "") ?? [];
    if (prefix !== undefined) this.#remote.invalidate({ prefixes: [prefix] });
  }

  /** @returns {Promise<boolean>} whether everything is on disk and acknowledged by the gateway */
  async flush() {
    this.#remote.save();
    const [flushed, settled] = await Promise.all([
      this.#disk?.flush() ?? true,
      this.#remote.settled(),
    ]);
    return flushed && settled;
  }

  async close() {
    this.#remote.close();
    await this.#disk?.close();
  }

  get stats() {
    return this.#disk?.stats;
  }
}
