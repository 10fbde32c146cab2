import { checkOptions } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { loadWasm } from "../core/wasm.js";
import { Changes } from "./changes.js";
import { Database } from "./database.js";
import { Dictionary } from "./dictionary.js";
import { control, DELETED, RAW, TEXT } from "./encode.js";
import { Engine } from "./engine.js";
import { Feed } from "./feed.js";
import { Health } from "./health.js";
import { HybridClock } from "./hybrid-clock.js";
import { LastFlush } from "./last-flush.js";
import { watchLifecycle } from "./lifecycle.js";
import { checks, differing } from "./options.js";
import { Packer } from "./packer.js";
import { Reader } from "./reader.js";
import { Segments } from "./segments.js";
import { Upkeep } from "./upkeep.js";
import { Writer } from "./writer.js";

/** @typedef {import("./options.js").StoreOptions} StoreOptions */
/** @typedef {import("./reader.js").StoredRecord} StoredRecord */

const BATCH_SIZE = 512 << 10; // characters: a segment of this size packs in a few ms

/** @type {Map<string, { options: StoreOptions, store: Promise<Store>, users: number }>} */
const opened = new Map();
/** @type {Map<string, Promise<void>>} */
const closing = new Map();

/**
 * A log of compressed segments in IndexedDB: the disk under a persistent cache.
 *
 * `put`, `delete`, `clear` and `invalidateTags` are synchronous and take about a
 * microsecond; what they change is on its way within 200 ms, at once when other
 * tabs are open, or by `flush()`, and when the page is left. Failures of storage
 * reject nothing: the store works in memory until storage works again.
 *
 * Events, all `CustomEvent`s:
 * - `persist` { entries, bytes }: a segment is on the disk
 * - `change` { keys, tags, cleared }: another tab has changed these
 * - `error` ApusError: `NOT_ENCODABLE` JSON would not give the value back as it is, `TOO_LARGE`
 *   it exceeds `maxDiskBytes`: it is not on the disk, nor is what its key had before; `CORRUPT`, `NEWER_VERSION`, `DICTIONARY_MISSING` a block was
 *   dropped, left alone, left alone
 * - `degraded` ApusError: storage does not work now: `STORAGE_FAILED`, `QUOTA_EXCEEDED`,
 *   `NO_INDEXEDDB`, `FOREIGN_DATABASE`, `NEWER_VERSION`
 */
export class Store extends EventTarget {
  #name;
  #clock;
  #engine;
  #database;
  #dictionary;
  #lastFlush;
  #segments;
  #changes;
  #health;
  #feed;
  #upkeep;
  #reader;
  #writer;
  #unwatch;
  /** @type {[string, unknown][] | undefined} events of before anyone could listen */ #early = [];
  #closed = false;
  #droppedBlocks = 0;

  /**
   * Opens the store of that name, or makes it. Opened again with the same
   * options, it is the same store; it closes when all who opened it have closed it.
   * @param {string} name not empty
   * @param {StoreOptions} [options]
   * @returns {Promise<Store>} when every key on the disk can be looked up
   * @throws {TypeError | RangeError} for bad arguments
   * @throws {ApusError} `OPTIONS_CONFLICT` when it is open with other options; `WASM_UNAVAILABLE`
   */
  static async open(name, options = {}) {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(
        `Store.open: name must be a string that is not empty, got ${String(name)}`,
      );
    }
    checkOptions("Store.open", options, checks);
    let known = opened.get(name);
    if (known) {
      const other = differing(known.options, options);
      if (other) {
        throw new ApusError("OPTIONS_CONFLICT", `"${name}" is open already, with another ${other}`);
      }
    } else {
      // What the one before it still writes is to be found.
      const store = Promise.resolve(closing.get(name)).then(() => Store.#open(name, options));
      known = { options: { ...options }, store, users: 0 };
      opened.set(name, known);
      known.store.catch(() => opened.delete(name));
    }
    known.users += 1;
    return known.store;
  }

  /** @param {string} name @param {StoreOptions} options */
  static async #open(name, options) {
    /** @type {Store | undefined} */
    let store;
    const database = new Database(`apus:${name}`, ["heads", "bodies", "notes"], () => {
      if (store) store.#reopened();
    });
    const lastFlush = new LastFlush(name);
    const connected = database.open().catch((error) => error);
    const ready = lastFlush.open();
    store = new Store(await loadWasm("store"), name, { database, lastFlush }, options);
    if (options.persist) void navigator.storage?.persist?.().catch(() => {});
    const error = await connected;
    await ready;
    try {
      if (error instanceof Error) throw error;
      await Promise.all([store.#dictionary.load(), store.#segments.refresh()]);
      store.#upkeep.schedule();
    } catch (cause) {
      store.#health.failed(cause);
    }
    setTimeout(() => /** @type {Store} */ (store).#listened());
    return store;
  }

  /**
   * Private: use `Store.open`.
   * @param {import("../core/wasm.js").Wasm<"store">} core
   * @param {string} name
   * @param {{ database: Database, lastFlush: LastFlush }} databases
   * @param {StoreOptions} options
   */
  constructor(core, name, { database, lastFlush }, options) {
    super();
    const { now = Date.now, level = 1, maxDiskBytes = Infinity, durability } = options;
    const { dictionary: given = false } = options;
    const [seed, random] = crypto.getRandomValues(new Uint32Array(2));
    const node = random >>> 16;
    const clock = new HybridClock(now);
    const engine = new Engine(core, node, seed);
    const changes = new Changes(clock, Math.min(BATCH_SIZE, maxDiskBytes / 2), (change, cause) => {
      const why = /** @type {Error} */ (cause)?.message ?? cause;
      report("NOT_ENCODABLE", `the value of "${change.key}" cannot be kept: ${why}`, cause);
    });
    /** @param {string} code @param {string} message @param {unknown} [cause] */
    const report = (code, message, cause) => {
      const error = new ApusError(code, message, { cause });
      setTimeout(() => this.#emit("error", error)); // whoever caused it goes on first
    };
    /** @param {string} code @param {string} message */
    const damaged = (code, message) => {
      this.#droppedBlocks += 1;
      report(code, message);
    };
    const health = new Health(
      (error) => setTimeout(() => this.#emit("degraded", error)),
      () => this.#retry(),
    );
    const dictionary = new Dictionary(database, engine, given, damaged);
    const parts = {
      database,
      lastFlush,
      engine,
      dictionary,
      report,
      clock,
      now,
      node,
      damaged,
      changes,
      health,
    };
    const segments = new Segments(parts);
    const shared = { ...parts, segments, level, maxDiskBytes };
    const packer = new Packer({ ...shared, module: core.module });
    const feed = new Feed(name, shared, (detail) => this.#emit("change", detail));
    const upkeep = new Upkeep({
      ...shared,
      name,
      rewritten: (added, removed) => feed.tell({ added: added ? [added] : [], removed }),
    });
    this.#name = name;
    this.#clock = clock;
    this.#engine = engine;
    this.#database = database;
    this.#dictionary = dictionary;
    this.#lastFlush = lastFlush;
    this.#segments = segments;
    this.#changes = changes;
    this.#health = health;
    this.#feed = feed;
    this.#upkeep = upkeep;
    this.#reader = new Reader({ ...shared, feed });
    const lifecycle = watchLifecycle({
      leave: () => {
        this.#writer.leave();
        upkeep.saveHits();
      },
      pause: () => {
        feed.pause();
        this.#writer.pause();
      },
      back: () => {
        this.#writer.resume();
        void feed.resume();
      },
    });
    this.#unwatch = lifecycle.stop;
    this.#writer = new Writer({
      ...shared,
      packer,
      dirty: lifecycle.dirty,
      feed,
      upkeep,
      durability,
      report,
      persisted: (detail) => this.#emit("persist", detail),
    });
  }

  /**
   * Whether the key has a value, as far as this tab knows.
   * @param {string} key @param {number} [after] a stamp of `mark`: one that is newer
   */
  has(key, after = -1) {
    return this.#reader.has(key, after);
  }

  /**
   * @param {string[]} keys
   * @returns {Promise<Map<string, StoredRecord>>} those that have a value
   */
  read(keys) {
    return this.#reader.read(keys);
  }

  /**
   * Every key that has a value; once, unless its segment is rewritten meanwhile.
   * @returns {AsyncGenerator<[string, StoredRecord][]>} a segment's records at a time
   */
  readAll() {
    return this.#reader.readAll();
  }

  /**
   * Remembers a value; it is encoded when it is flushed: bytes (`Uint8Array`) as
   * they are, everything else as JSON, if JSON gives it back as it is. It does not for what
   * has a `toJSON`, such as a `Date`.
   * @param {string} key
   * @param {unknown} value
   * @param {{ expiresAt?: number, tags?: string[], priority?: number }} [options]
   *   `priority` is -128 to 127
   * @throws {TypeError} for a tag that contains NUL
   */
  put(key, value, { expiresAt = Infinity, tags = [], priority = 0 } = {}) {
    this.#mustBeOpen();
    checkTags("Store.put", tags);
    this.#writer.add({
      kind: isBytes(value) ? RAW : TEXT,
      key,
      value,
      stamp: this.#clock.read(),
      expiresAt: expiresAt === Infinity ? 0 : Math.max(1, expiresAt),
      tags,
      priority,
    });
  }

  /** @param {string} key @param {number} [stamp] of `mark`: what is newer stays on the disk */
  delete(key, stamp = this.#clock.read()) {
    this.#mustBeOpen();
    this.#writer.add(control(DELETED, key, stamp));
  }

  /** A stamp between what was changed so far and what is changed later. @returns {number} */
  mark() {
    const stamp = this.#clock.tick();
    this.#clock.tick();
    return stamp;
  }

  /** Forgets everything. */
  clear() {
    this.#mustBeOpen();
    this.#writer.clear();
  }

  /**
   * Forgets every key that has one of the tags.
   * @param {string[]} tags
   * @throws {TypeError} for a tag that contains NUL
   */
  invalidateTags(tags) {
    this.#mustBeOpen();
    checkTags("Store.invalidateTags", tags);
    this.#writer.invalidate(tags);
  }

  /**
   * Writes what has changed.
   * @returns {Promise<boolean>} never rejects; true when all that was changed before this call is
   *   in IndexedDB, except for the values that an `error` event has named; false when storage
   *   fails: it is in memory and is tried again
   */
  flush() {
    return this.#writer.flush();
  }

  /**
   * Runs `work` for a key while no other tab does so for the same key. It is
   * given what is on the disk, which another tab may have written while this one
   * waited; what it puts is flushed before the next tab has its turn.
   * @template T
   * @param {string} key
   * @param {(record: StoredRecord | undefined) => T | Promise<T>} work
   * @param {import("./exclusive.js").ExclusiveOptions} [options]
   * @returns {Promise<T>} as `work`; rejects with the signal's reason when it is aborted before
   */
  async exclusive(key, work, options) {
    const { exclusively } = await import("./exclusive.js"); // few caches load through it
    return exclusively(
      // The length keeps a name with a colon in it apart.
      `apus-key:${this.#name.length}:${this.#name}:${key}`,
      async (others) => {
        if (others || this.#feed.peers) await this.#feed.lookAgain();
        return work((await this.read([key])).get(key));
      },
      async (waiting) => (waiting || this.#feed.peers) && this.flush(),
      options,
    );
  }

  /** Flushes and gives everything back, when all who opened the store have closed it. */
  async close() {
    const known = opened.get(this.#name);
    if (this.#closed || (known && --known.users > 0)) return;
    opened.delete(this.#name);
    this.#closed = true;
    const closed = this.#end().finally(() => {
      if (closing.get(this.#name) === closed) closing.delete(this.#name);
    });
    closing.set(this.#name, closed);
    return closed;
  }

  async #end() {
    await this.#writer.flush();
    this.#unwatch();
    this.#writer.close();
    this.#health.close();
    this.#feed.close();
    await this.#upkeep.close();
    this.#database.close();
    this.#lastFlush.close();
    this.#engine[dispose]();
  }

  /** What there is on the disk, and what has happened. */
  get stats() {
    const { segments, entries, storedBytes, rawBytes, liveShare } = this.#engine.stats();
    return {
      segments,
      entries,
      bytes: storedBytes,
      liveShare,
      compressionRatio: storedBytes ? rawBytes / storedBytes : 1,
      waiting: this.#changes.waiting,
      flushes: this.#writer.flushes,
      compactions: this.#upkeep.compactions,
      evictions: this.#upkeep.evictions,
      recoveries: this.#health.recoveries,
      droppedBlocks: this.#droppedBlocks,
      /** The code of what storage fails with now. */
      degraded: this.#health.code,
    };
  }

  #mustBeOpen() {
    if (this.#closed) throw new ApusError("CLOSED", `the store "${this.#name}" is closed`);
  }

  /** A new connection, perhaps to a database that was deleted meanwhile. */
  #reopened() {
    this.#health.recoveries += 1;
    void this.#feed.lookAgain(true);
  }

  /** Storage failed: does it work by now? */
  async #retry() {
    await this.#segments.refresh();
    if (this.#changes.waiting === 0) this.#health.works();
    else await this.flush();
  }

  /** Whoever has opened the store listens by now: says what has happened meanwhile. */
  #listened() {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const [type, detail] of early) this.#emit(type, detail);
  }

  /** @param {string} type @param {unknown} detail */
  #emit(type, detail) {
    if (this.#early) this.#early.push([type, detail]);
    else this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** A subclass would not come back as what it is. @param {any} value */
function isBytes(value) {
  return value instanceof Uint8Array && Object.getPrototypeOf(value) === Uint8Array.prototype;
}

/** @param {string} where @param {string[]} tags */
function checkTags(where, tags) {
  for (const tag of tags)
    if (tag.includes("\0"))
      throw new TypeError(`${where}: a tag must not contain NUL: ${JSON.stringify(tag)}`);
}
