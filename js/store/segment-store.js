import { checkOptions } from "../core/check.js";
import { loadWasm } from "../core/wasm.js";
import { assemble } from "./assemble.js";
import { Database } from "./database.js";
import { control, DELETED, RAW, TEXT } from "./encode.js";
import { LastFlush } from "./last-flush.js";
import { acquire, release, waitFor } from "./opened.js";
import { checks } from "./options.js";

/** @typedef {import("./options.js").StoreOptions} StoreOptions */
/** @typedef {import("./reader.js").StoredRecord} StoredRecord */

/**
 * The log of segments under `Store` and under a cache that persists: records with
 * stamps. `put`, `delete`, `clear` and `invalidateTags` are
 * synchronous. Failures of storage reject nothing: the store works in memory until storage works
 * again. See `Store` for the events.
 */
export class SegmentStore extends EventTarget {
  #name;
  #parts;
  /** Events before anyone could listen. @type {[string, unknown][] | undefined} */ #early = [];

  /**
   * Opens the store of that name, or creates it. Opening it again with the same options returns the
   * same store, which closes when all of its users have closed it.
   * @param {string} name not empty
   * @param {StoreOptions} [options]
   * @returns {Promise<SegmentStore>} when every key on the disk can be looked up
   * @throws {TypeError | RangeError} for bad arguments
   * @throws {ApusError} `OPTIONS_CONFLICT` when it is open with other options; `WASM_UNAVAILABLE`
   */
  static async open(name, options = {}) {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(`Store.open: name must be a non-empty string, got ${String(name)}`);
    }
    checkOptions("Store.open", options, checks);
    return acquire(name, options, () => SegmentStore.#open(name, options));
  }

  /** @param {string} name @param {StoreOptions} options */
  static async #open(name, options) {
    /** @type {SegmentStore | undefined} */
    let store;
    const database = new Database(`apus:${name}`, ["heads", "bodies", "notes"], () => {
      if (store) store.#reopened();
    });
    const lastFlush = new LastFlush(name);
    const connected = database.open().catch((error) => error);
    const ready = lastFlush.open();
    store = new SegmentStore(await loadWasm("store"), name, database, lastFlush, options);
    if (options.persist) void navigator.storage?.persist?.().catch(() => {});
    const parts = store.#parts;
    const error = await connected;
    await ready;
    try {
      if (error instanceof Error) throw error;
      await Promise.all([parts.dictionary.load(), parts.segments.refresh()]);
      parts.upkeep.schedule();
    } catch (cause) {
      parts.health.failed(cause);
    }
    setTimeout(() => /** @type {SegmentStore} */ (store).#listened());
    return store;
  }

  /**
   * Private: use `SegmentStore.open`.
   * @param {import("../core/wasm.js").Wasm<"store">} core
   * @param {string} name
   * @param {Database} database @param {LastFlush} lastFlush
   * @param {StoreOptions} options
   */
  constructor(core, name, database, lastFlush, options) {
    super();
    this.#name = name;
    this.#parts = assemble(core, name, database, lastFlush, options, {
      emit: (type, detail) => this.#emit(type, detail),
      retry: () => this.#retry(),
    });
  }

  /**
   * Whether the key has a value, as far as this tab knows.
   * @param {string} key @param {number} [after] a stamp of `mark`: only a newer value counts
   */
  has(key, after = -1) {
    return this.#parts.reader.has(key, after);
  }

  /**
   * @param {string[]} keys
   * @returns {Promise<Map<string, StoredRecord>>} those that have a value
   */
  read(keys) {
    return this.#parts.reader.read(keys);
  }

  /**
   * Every key that has a value; once, unless its segment is rewritten meanwhile.
   * @returns {AsyncGenerator<[string, StoredRecord][]>} some of a segment's records at a time
   */
  readAll() {
    return this.#parts.reader.readAll();
  }

  /**
   * Remembers a value, which is encoded when it is flushed: bytes (`Uint8Array`) as they are,
   * everything else as JSON, if JSON preserves it. It does not preserve objects with a `toJSON`,
   * such as a `Date`.
   * @param {string} key
   * @param {unknown} value
   * @param {{ expiresAt?: number, tags?: string[], priority?: number }} [options]
   *   `priority` is -128 to 127
   * @throws {TypeError} for a tag that contains NUL
   */
  put(key, value, { expiresAt = Infinity, tags = [], priority = 0 } = {}) {
    this.#mustBeOpen();
    checkTags("Store.set", tags);
    this.#parts.writer.add({
      kind: isBytes(value) ? RAW : TEXT,
      key,
      value,
      stamp: this.#parts.clock.read(),
      expiresAt: expiresAt === Infinity ? 0 : Math.max(1, expiresAt),
      tags,
      priority,
    });
  }

  /** @param {string} key @param {number} [stamp] of `mark`: a newer value stays on the disk */
  delete(key, stamp = this.#parts.clock.read()) {
    this.#mustBeOpen();
    this.#parts.writer.add(control(DELETED, key, stamp));
  }

  /** A stamp between all earlier and all later changes. @returns {number} */
  mark() {
    const stamp = this.#parts.clock.tick();
    this.#parts.clock.tick();
    return stamp;
  }

  /** Deletes everything. */
  clear() {
    this.#mustBeOpen();
    this.#parts.writer.clear();
  }

  /**
   * Deletes every key that has one of the tags.
   * @param {string[]} tags
   * @throws {TypeError} for a tag that contains NUL
   */
  invalidateTags(tags) {
    this.#mustBeOpen();
    checkTags("Store.invalidateTag", tags);
    this.#parts.writer.invalidate(tags);
  }

  /** See `Store`. @returns {Promise<boolean>} never rejects */
  flush() {
    return this.#parts.writer.flush();
  }

  /**
   * Runs `work` for a key while no other tab does so for the same key. `work` gets the record on
   * the disk, which another tab may have written while this one waited; its changes are flushed
   * before the next tab has its turn.
   * @template T
   * @param {string} key
   * @param {(record: StoredRecord | undefined) => T | Promise<T>} work
   * @param {import("./exclusive.js").ExclusiveOptions} [options]
   * @returns {Promise<T>} as `work`; rejects with the signal's reason when it is aborted before
   */
  async exclusive(key, work, options) {
    const { exclusively } = await import("./exclusive.js"); // few caches load through it
    return exclusively(
      // The length makes names with a colon unambiguous.
      `apus-key:${this.#name.length}:${this.#name}:${key}`,
      async (others) => {
        if (others || this.#parts.feed.peers) await this.#parts.feed.lookAgain();
        return work((await this.read([key])).get(key));
      },
      async (waiting) => (waiting || this.#parts.feed.peers) && this.flush(),
      options,
    );
  }

  /** Flushes and frees, once all users of the store have closed it. */
  async close() {
    const { owner } = this.#parts.engine;
    if (owner.closed || !release(this.#name)) return;
    owner.close();
    return waitFor(this.#name, this.#end());
  }

  async #end() {
    const { writer, lifecycle, commits, health, feed, upkeep, database, lastFlush, engine } =
      this.#parts;
    await writer.flush();
    lifecycle.stop();
    writer.close();
    commits.close();
    health.close();
    feed.close();
    await upkeep.close();
    database.close();
    lastFlush.close();
    engine.owner.dispose();
  }

  /** The disk's contents, and counts since the store was opened. */
  get stats() {
    const { engine, changes, commits, upkeep, health } = this.#parts;
    const { segments, entries, storedBytes, rawBytes, liveShare } = engine.stats();
    return {
      segments,
      entries,
      bytes: storedBytes,
      liveShare,
      compressionRatio: storedBytes ? rawBytes / storedBytes : 1,
      waiting: changes.waiting,
      flushes: commits.flushes,
      compactions: upkeep.compactions,
      evictions: upkeep.evictions,
      recoveries: health.recoveries,
      droppedBlocks: health.droppedBlocks,
      /** The code of the error with which storage fails at present. */
      degraded: health.code,
    };
  }

  #mustBeOpen() {
    this.#parts.engine.owner.check();
  }

  /** A new connection, perhaps to a database that was deleted meanwhile. */
  #reopened() {
    this.#parts.health.recoveries += 1;
    void this.#parts.feed.lookAgain(true);
  }

  /** Storage has failed: tries again. */
  async #retry() {
    await this.#parts.segments.refresh();
    if (this.#parts.changes.waiting === 0) this.#parts.health.works();
    else await this.flush();
  }

  /** The code that opened the store has added its listeners: dispatches the early events. */
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

/** A subclass would come back as a plain `Uint8Array`. @param {unknown} value */
function isBytes(value) {
  return value instanceof Uint8Array && Object.getPrototypeOf(value) === Uint8Array.prototype;
}

/** @param {string} where @param {string[]} tags */
function checkTags(where, tags) {
  for (const tag of tags)
    if (tag.includes("\0"))
      throw new TypeError(`${where}: a tag must not contain NUL: ${JSON.stringify(tag)}`);
}
