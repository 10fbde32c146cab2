import { boolean, checkOptions, func, integerIn, numberIn, oneOf } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { loadStore } from "../core/wasm.js";
import { Bodies, liveRows, valueAt } from "./bodies.js";
import { Changes } from "./changes.js";
import { Clock } from "./clock.js";
import { Database } from "./database.js";
import { CLEAR, DELETED, RAW, TAG, TEXT } from "./encode.js";
import { Engine } from "./engine.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * @typedef {object} StoreOptions
 * @property {number} [maxDiskBytes] the coldest segments go when the cache has more; default no limit
 * @property {number} [level] zstd's, default 1; negative is faster, up to 2 tighter
 * @property {"relaxed" | "strict"} [durability] of transactions; "strict" waits for the disk itself
 * @property {boolean} [persist] ask the browser not to evict the origin (`navigator.storage.persist`)
 * @property {() => number} [now] ms since 1970
 */

/**
 * @typedef {object} Record
 * @property {unknown} value
 * @property {number} expiresAt ms since 1970, or Infinity
 * @property {string[]} tags
 * @property {number} priority
 */

/** @type {globalThis.Record<string, import("../core/check.js").Check>} */
const checks = {
  maxDiskBytes: numberIn(1, Infinity),
  level: integerIn(-50, 22),
  durability: oneOf(["relaxed", "strict"]),
  persist: boolean,
  now: func,
};

const FLUSH_AGE = 200; // ms until a change is on its way without being asked
const FLUSH_COUNT = 4096; // changes that do not wait for that
const AHEAD = 3; // transactions on their way at a time

/**
 * A log of compressed segments in IndexedDB: the disk under a persistent cache.
 *
 * `put`, `delete`, `clear` and `invalidateTags` are synchronous and cost about a
 * microsecond; what they change is on its way within 200 ms, or at once by
 * `flush()`. Failures of storage reject nothing: the store then works in memory.
 *
 * Events: `persist` (detail: { entries, bytes }), `error` (detail: ApusError),
 * `degraded` (detail: ApusError), `change` (detail: { keys, cleared, tags }).
 */
export class Store extends EventTarget {
  #engine;
  #clock;
  #changes;
  #database;
  #bodies;
  #now;
  #level;
  #durability;
  /** @type {string[]} by slot */ #ids = [];
  #node;
  #serial = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Promise<void> | undefined} */ #pumping;
  /** @type {Set<Promise<boolean>>} */ #onTheirWay = new Set();
  #flushes = 0;
  #recoveries = 0;
  #droppedBlocks = 0;
  /** @type {ApusError | undefined} */ #degraded;
  #closed = false;

  /**
   * Opens the store of that name, or makes it.
   * @param {string} name not empty
   * @param {StoreOptions} [options]
   * @returns {Promise<Store>} when every key on the disk can be looked up
   * @throws {TypeError | RangeError} for bad arguments
   * @throws {ApusError} `WASM_UNAVAILABLE`
   */
  static async open(name, options = {}) {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(
        `Store.open: name must be a string that is not empty, got ${String(name)}`,
      );
    }
    checkOptions("Store.open", options, checks);
    const node = crypto.getRandomValues(new Uint16Array(1))[0];
    const database = new Database(name, () => {});
    const opened = database.open().catch((error) => error);
    const store = new Store(await loadStore(), database, node, options);
    const error = await opened;
    if (error instanceof Error) store.#degrade(error);
    else await store.#restore();
    return store;
  }

  /**
   * Private: use `Store.open`.
   * @param {import("../core/wasm.js").StoreCore} core
   * @param {Database} database
   * @param {number} node
   * @param {StoreOptions} options
   */
  constructor(core, database, node, options) {
    super();
    this.#database = database;
    this.#node = node;
    this.#now = options.now ?? Date.now;
    this.#level = options.level ?? 1;
    this.#durability = options.durability ?? "relaxed";
    this.#clock = new Clock(this.#now);
    this.#engine = new Engine(core, node);
    this.#changes = new Changes(this.#clock, (change, cause) => {
      this.#report("NOT_ENCODABLE", `the value of "${change.key}" cannot be kept: ${cause}`, cause);
    });
    this.#bodies = new Bodies(database, this.#engine, this.#ids, this.#now, (slot) => {
      this.#droppedBlocks += 1;
      this.#report("CORRUPT", `a segment's body is damaged: ${this.#ids[slot]}`);
      this.#forget(slot);
    });
  }

  /** Whether the key has a value, as far as this tab knows. @param {string} key */
  has(key) {
    const change = this.#changes.of(key);
    if (change) return this.#live(change);
    return this.#engine.find(key, this.#now()) !== undefined;
  }

  /**
   * @param {string[]} keys
   * @returns {Promise<Map<string, Record>>} those that have a value
   */
  async read(keys) {
    /** @type {Map<string, Record>} */
    const records = new Map();
    await Promise.all(
      keys.map(async (key) => {
        const record = await this.#read(key);
        if (record) records.set(key, record);
      }),
    );
    return records;
  }

  /** @param {string} key @returns {Promise<Record | undefined>} */
  async #read(key) {
    const change = this.#changes.of(key);
    if (change) return this.#live(change) ? recordOf(change) : undefined;
    const found = this.#engine.find(key, this.#now());
    if (!found) return undefined;
    try {
      const body = await this.#bodies.get(found.slot);
      const value = body && valueAt(body, found.row, key);
      if (value === undefined) return undefined;
      const tags = found.tagSet ? this.#engine.tags(found.tagSet) : [];
      return { value, expiresAt: found.expiresAt, tags, priority: found.priority };
    } catch (error) {
      this.#degrade(error);
      return undefined;
    }
  }

  /**
   * Every key that has a value, once, segment by segment.
   * @returns {AsyncGenerator<[string, Record][]>} one segment's records at a time
   */
  async *readAll() {
    const changed = [...this.#changes.all()].filter((change) => this.#live(change));
    if (changed.length) yield changed.map((change) => [change.key, recordOf(change)]);
    const slots = Object.keys(this.#ids).map(Number);
    let next = slots.length ? this.#bodies.get(slots[0], false) : undefined;
    for (let i = 0; i < slots.length; i++) {
      let body;
      try {
        body = await next;
      } catch (error) {
        this.#degrade(error);
        return;
      }
      next = i + 1 < slots.length ? this.#bodies.get(slots[i + 1], false) : undefined;
      if (!body) continue;
      const rows = liveRows(body, (set) => this.#engine.tags(set));
      if (rows.length) yield rows.filter(([key]) => !this.#changes.of(key));
      await nextTurn();
    }
  }

  /**
   * Remembers a value; it is encoded when it is flushed: bytes (`Uint8Array`) as
   * they are, everything else as JSON.
   * @param {string} key
   * @param {unknown} value
   * @param {{ expiresAt?: number, tags?: string[], priority?: number }} [options]
   */
  put(key, value, { expiresAt = Infinity, tags = [], priority = 0 } = {}) {
    this.#change({
      kind: value instanceof Uint8Array ? RAW : TEXT,
      key,
      value,
      stamp: this.#clock.read(),
      expiresAt: expiresAt === Infinity ? 0 : Math.max(1, expiresAt),
      tags,
      priority,
    });
  }

  /** @param {string} key */
  delete(key) {
    this.#change(control(DELETED, key, this.#clock.read()));
  }

  /** Forgets everything. */
  clear() {
    const stamp = this.#clock.tick();
    this.#changes.drop();
    this.#engine.clear(stamp);
    this.#change(control(CLEAR, "", stamp));
    this.#clock.tick();
  }

  /** Forgets every key that has one of the tags. @param {string[]} tags */
  invalidateTags(tags) {
    const stamp = this.#clock.tick();
    for (const change of [...this.#changes.all()]) {
      if (change.kind <= RAW && change.tags.some((tag) => tags.includes(tag))) {
        this.#change(control(DELETED, change.key, stamp));
      }
    }
    for (const tag of tags) {
      this.#engine.invalidate(tag, stamp);
      this.#change(control(TAG, tag, stamp));
    }
    this.#clock.tick();
  }

  /**
   * Writes what has changed.
   * @returns {Promise<boolean>} when the bytes are in IndexedDB; false when they only are in memory
   */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
    await this.#pumping;
    const done = await Promise.all(this.#onTheirWay);
    return done.every(Boolean) && this.#changes.waiting === 0;
  }

  /** Flushes and gives everything back. Idempotent. */
  async close() {
    if (this.#closed) return;
    await this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#database.close();
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
      flushes: this.#flushes,
      compactions: 0,
      recoveries: this.#recoveries,
      droppedBlocks: this.#droppedBlocks,
      degraded: this.#degraded?.code,
    };
  }

  /** Reads the heads of all segments. */
  async #restore() {
    try {
      const [ids, heads] = await this.#database.run("readonly", (tx) => {
        const store = tx.objectStore("heads");
        return Promise.all([store.getAllKeys(), store.getAll()]);
      });
      let until = performance.now() + SLICE;
      for (let i = 0; i < ids.length; i++) {
        this.#add(String(ids[i]), heads[i]);
        if (performance.now() > until) {
          await nextTurn();
          until = performance.now() + SLICE;
        }
      }
      this.#engine.sweep(this.#now());
      this.#clock.see(this.#engine.stats().lastStamp);
    } catch (error) {
      this.#degrade(error);
    }
  }

  /** @param {string} id @param {unknown} head */
  #add(id, head) {
    const slot = head instanceof Uint8Array ? this.#engine.add(head, this.#now()) : -1;
    if (slot >= 0) {
      this.#ids[slot] = id;
      return;
    }
    this.#droppedBlocks += 1;
    this.#report("CORRUPT", `a segment's head is damaged or of a newer version: ${id}`);
  }

  /** @param {number} slot */
  #forget(slot) {
    this.#bodies.drop(slot);
    this.#engine.remove(slot);
    delete this.#ids[slot];
  }

  /** @param {import("./encode.js").Change} change */
  #change(change) {
    if (this.#closed) throw new ApusError("CLOSED", "the store is closed");
    this.#changes.add(change);
    if (this.#changes.waiting >= FLUSH_COUNT) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AGE);
  }

  /** Packs what waits, slice by slice, and sends it off. */
  async #pump() {
    for (let until = performance.now() + SLICE; this.#changes.waiting > 0; ) {
      const batch = this.#changes.fill(false);
      if (batch && !(await this.#pack(batch))) return;
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
  }

  /** @param {import("./encode.js").Batch} batch @returns {Promise<boolean>} whether to go on */
  async #pack(batch) {
    const writing = this.#write(batch);
    this.#onTheirWay.add(writing);
    void writing.then(() => this.#onTheirWay.delete(writing));
    if (this.#onTheirWay.size < AHEAD) return true;
    return Promise.race(this.#onTheirWay);
  }

  /**
   * @param {import("./encode.js").Batch} batch
   * @returns {Promise<boolean>} whether it is in IndexedDB; never rejects
   */
  async #write(batch) {
    try {
      const { head, body } = this.#engine.pack(batch, this.#now(), this.#level);
      const id = this.#newId();
      await this.#database.run(
        "readwrite",
        (tx) => {
          const puts = Promise.all([
            tx.objectStore("heads").add(head, id),
            tx.objectStore("bodies").add(body, id),
          ]);
          tx.commit();
          return puts;
        },
        { durability: this.#durability },
      );
      this.#add(id, head);
      this.#engine.sweep(this.#now());
      this.#changes.committed(batch);
      this.#flushes += 1;
      this.#emit("persist", { entries: batch.changes.length, bytes: head.length + body.length });
      return true;
    } catch (error) {
      this.#changes.failed(batch);
      this.#degrade(error);
      return false;
    }
  }

  /** Sorts by time; unique by this tab's number. */
  #newId() {
    this.#serial += 1;
    return [this.#now(), this.#node, this.#serial]
      .map((part, i) => part.toString(36).padStart([9, 4, 1][i], "0"))
      .join("-");
  }

  /** @param {import("./encode.js").Change} change */
  #live({ kind, expiresAt }) {
    return kind <= RAW && (expiresAt === 0 || expiresAt > this.#now());
  }

  /** @param {unknown} cause */
  #degrade(cause) {
    if (this.#degraded) return;
    const error =
      cause instanceof ApusError
        ? cause
        : new ApusError("STORAGE_FAILED", `IndexedDB does not work here: ${cause}`, { cause });
    this.#degraded = error;
    setTimeout(() => this.#emit("degraded", error)); // whoever opens the store can listen by then
  }

  /** @param {string} code @param {string} message @param {unknown} [cause] */
  #report(code, message, cause) {
    const error = new ApusError(code, message, { cause });
    setTimeout(() => this.#emit("error", error));
  }

  /** @param {string} type @param {unknown} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {import("./encode.js").Change} change @returns {Record} */
function recordOf({ value, expiresAt, tags, priority }) {
  return { value, expiresAt: expiresAt || Infinity, tags, priority };
}

/** @param {number} kind @param {string} key @param {number} stamp @returns {import("./encode.js").Change} */
function control(kind, key, stamp) {
  return { kind, key, value: undefined, stamp, expiresAt: 0, tags: [], priority: 0 };
}
