import { boolean, checkOptions, func, integerIn, numberIn, oneOf } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { loadStore } from "../core/wasm.js";
import { liveRows, valueAt } from "./bodies.js";
import { Changes } from "./changes.js";
import { Channel } from "./channel.js";
import { Clock } from "./clock.js";
import { Database } from "./database.js";
import { CLEAR, control, DELETED, RAW, TAG, TEXT } from "./encode.js";
import { Engine } from "./engine.js";
import { watchLifecycle } from "./lifecycle.js";
import { Segments } from "./segments.js";
import { nextTurn, SLICE } from "./turns.js";
import { Upkeep } from "./upkeep.js";

/**
 * @typedef {object} StoreOptions
 * @property {number} [maxDiskBytes] the coldest segments go when there is more; default no limit
 * @property {number} [level] zstd's, default 1; negative is faster and looser, 2 tighter
 * @property {"relaxed" | "strict"} [durability] "strict" waits for the disk itself
 * @property {boolean} [persist] ask the browser to keep the origin (`navigator.storage.persist`)
 * @property {() => number} [now] ms since 1970
 */

/**
 * @typedef {object} Record
 * @property {unknown} value
 * @property {number} expiresAt ms since 1970, or Infinity
 * @property {string[]} tags
 * @property {number} priority -128 to 127
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
const AHEAD = 4; // transactions on their way at a time
const BATCH_SIZE = 512 << 10; // characters: a segment of this size packs in a few ms
const MOST_WAITING = 100_000; // changes kept while nothing can be written
const LOOK_AGAIN = 1000; // ms: a miss looks at the disk when the last look is older
const HEADS_SENT = 64 << 10; // bytes of heads that go to other tabs by message
const RETRY = 1000; // ms until storage that failed is tried again, then twice that, …
const RETRY_MOST = 60_000;

/** Codes that no later attempt can mend. */
const FINAL = new Set(["FOREIGN_DATABASE", "NEWER_VERSION", "NO_INDEXEDDB"]);

/** @type {Map<string, { options: StoreOptions, store: Promise<Store>, users: number }>} */
const opened = new Map();

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
 * - `error` ApusError: `NOT_ENCODABLE` a value has no JSON and stays in memory; `TOO_LARGE`
 *   it exceeds `maxDiskBytes`; `CORRUPT`, `NEWER_VERSION` a block was dropped, left alone
 * - `degraded` ApusError: storage does not work now: `STORAGE_FAILED`, `QUOTA_EXCEEDED`,
 *   `NO_INDEXEDDB`, `FOREIGN_DATABASE`, `NEWER_VERSION`
 */
export class Store extends EventTarget {
  #name;
  #options;
  #engine;
  #clock;
  #changes;
  #database;
  #segments;
  #upkeep;
  #channel;
  #unwatch;
  #now;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retryTimer;
  #retryAfter = RETRY;
  /** @type {Promise<void> | undefined} */ #pumping;
  /** @type {Set<Promise<boolean>>} */ #onTheirWay = new Set();
  /** @type {ApusError | undefined} */ #degraded;
  #closed = false;
  #flushes = 0;
  #recoveries = 0;
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
      for (const option of /** @type {(keyof StoreOptions)[]} */ (Object.keys(checks))) {
        if (known.options[option] === options[option]) continue;
        throw new ApusError(
          "OPTIONS_CONFLICT",
          `"${name}" is open already, with another ${option}`,
        );
      }
    } else {
      known = { options: { ...options }, store: Store.#open(name, options), users: 0 };
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
    const database = new Database(name, () => {
      if (store) store.#reopened();
    });
    const connected = database.open().catch((error) => error);
    store = new Store(await loadStore(), name, database, options);
    if (options.persist) void navigator.storage?.persist?.().catch(() => {});
    const error = await connected;
    try {
      if (error instanceof Error) throw error;
      await store.#segments.refresh();
      store.#upkeep.schedule();
    } catch (cause) {
      store.#degrade(cause);
    }
    return store;
  }

  /**
   * Private: use `Store.open`.
   * @param {import("../core/wasm.js").StoreCore} core
   * @param {string} name
   * @param {Database} database
   * @param {StoreOptions} options
   */
  constructor(core, name, database, options) {
    super();
    const { now = Date.now, level = 1, maxDiskBytes = Infinity } = options;
    const node = crypto.getRandomValues(new Uint16Array(1))[0];
    const clock = new Clock(now);
    const engine = new Engine(core, node);
    /** @param {string} code @param {string} message */
    const damaged = (code, message) => {
      this.#droppedBlocks += 1;
      this.#report(code, message);
    };
    const parts = { database, engine, clock, now, node, damaged };
    const segments = new Segments(parts);
    const upkeep = new Upkeep({
      ...parts,
      name,
      segments,
      level,
      maxDiskBytes,
      rewritten: (added, removed) => this.#tell({ added: added ? [added] : [], removed }),
    });
    this.#name = name;
    this.#options = { level, maxDiskBytes, durability: options.durability };
    this.#now = now;
    this.#database = database;
    this.#clock = clock;
    this.#engine = engine;
    this.#segments = segments;
    this.#upkeep = upkeep;
    this.#changes = new Changes(clock, Math.min(BATCH_SIZE, maxDiskBytes / 2), (change, cause) => {
      this.#report("NOT_ENCODABLE", `the value of "${change.key}" cannot be kept: ${cause}`, cause);
    });
    this.#channel = new Channel(name, node, (message, missed) => void this.#hear(message, missed));
    this.#unwatch = watchLifecycle({
      leave: () => this.#leave(),
      pause: () => this.#channel.close(),
      back: () => {
        this.#channel.open();
        void this.#lookAgain();
      },
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
    const read = async (/** @type {string} */ key) => {
      const record = await this.#read(key);
      if (record) records.set(key, record);
    };
    try {
      await Promise.all(keys.map(read));
    } catch (error) {
      this.#degrade(error);
    }
    return records;
  }

  /**
   * Every key that has a value, once.
   * @returns {AsyncGenerator<[string, Record][]>} a segment's records at a time
   */
  async *readAll() {
    const changed = [...this.#changes.all()].filter((change) => this.#live(change));
    if (changed.length) yield changed.map((change) => [change.key, recordOf(change)]);
    const yielded = new Set(changed.map(({ key }) => key));
    const { ids, bodies } = this.#segments;
    const slots = Object.keys(ids).map(Number);
    try {
      let next = slots.length ? bodies.get(slots[0], false) : undefined;
      for (let i = 0; i < slots.length; i++) {
        const body = await next;
        next = i + 1 < slots.length ? bodies.get(slots[i + 1], false) : undefined;
        next?.catch(() => {}); // awaited in the next turn, if there is one
        if (!body) continue;
        await nextTurn(); // unpacking was a turn of its own
        const rows = liveRows(body, (set) => this.#engine.tags(set));
        const fresh = rows.filter(([key]) => !yielded.has(key) && !this.#changes.of(key));
        if (fresh.length) yield fresh;
      }
    } catch (error) {
      this.#degrade(error);
    }
  }

  /**
   * Remembers a value; it is encoded when it is flushed: bytes (`Uint8Array`) as
   * they are, everything else as JSON.
   * @param {string} key
   * @param {unknown} value
   * @param {{ expiresAt?: number, tags?: string[], priority?: number }} [options]
   *   tags do not contain NUL; `priority` is -128 to 127
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
    this.#changes.drain();
    this.#clear();
  }

  #clear() {
    const stamp = this.#clock.tick();
    // What is on its way was written before: it goes by its stamp.
    for (const { kind, key } of [...this.#changes.all()]) {
      if (kind <= RAW) this.#changes.add(control(DELETED, key, stamp));
    }
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
   * @returns {Promise<boolean>} when the bytes are in IndexedDB; false when they are in memory only
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

  /** Flushes and gives everything back, when all who opened the store have closed it. */
  async close() {
    const known = opened.get(this.#name);
    if (this.#closed || (known && --known.users > 0)) return;
    opened.delete(this.#name);
    await this.flush();
    this.#closed = true;
    this.#unwatch();
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    this.#channel.close();
    await this.#upkeep.close();
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
      compactions: this.#upkeep.compactions,
      evictions: this.#upkeep.evictions,
      recoveries: this.#recoveries,
      droppedBlocks: this.#droppedBlocks,
      /** The code of what storage fails with now. */
      degraded: this.#degraded?.code,
    };
  }

  /** @param {string} key @returns {Promise<Record | undefined>} */
  async #read(key) {
    for (let attempt = 0; ; attempt++) {
      const change = this.#changes.of(key);
      if (change) return this.#live(change) ? recordOf(change) : undefined;
      const found = this.#engine.find(key, this.#now());
      if (!found) {
        if (attempt || !this.#channel.peers) return undefined;
        if (this.#now() - this.#segments.refreshedAt < LOOK_AGAIN) return undefined;
        await this.#segments.refresh();
        continue;
      }
      const id = this.#segments.ids[found.slot];
      const body = await this.#segments.bodies.get(found.slot);
      const value = body && valueAt(body, found.row, key);
      if (value !== undefined) {
        const tags = found.tagSet ? this.#engine.tags(found.tagSet) : [];
        return { value, expiresAt: found.expiresAt, tags, priority: found.priority };
      }
      if (body || attempt > 1) return undefined;
      // Another tab may have moved it; else it is gone.
      await this.#segments.refresh();
      if (attempt) this.#segments.condemn(id);
    }
  }

  /** @param {import("./encode.js").Change} change */
  #change(change) {
    if (this.#closed) throw new ApusError("CLOSED", "the store is closed");
    this.#changes.add(change);
    if (this.#degraded) this.#shed();
    else if (this.#changes.waiting >= FLUSH_COUNT) void this.flush();
    else {
      const age = this.#channel.peers ? 0 : FLUSH_AGE;
      this.#timer ??= setTimeout(() => void this.flush(), age);
    }
  }

  /**
   * Bounds what waits while nothing can be written: the older half is given up,
   * and with it, so that nothing out of date comes back, all that is on the disk.
   */
  #shed() {
    if (this.#changes.waiting <= MOST_WAITING) return;
    const newest = this.#changes.drain().slice(-MOST_WAITING / 2);
    this.#clear();
    const stamp = this.#clock.tick();
    for (const change of newest) if (change.kind <= RAW) this.#changes.add({ ...change, stamp });
  }

  /** Packs what waits, slice by slice, and sends it off; ends when a write fails. */
  async #pump() {
    for (let until = performance.now() + SLICE; this.#changes.waiting > 0; ) {
      const batch = this.#changes.fill(false);
      if (batch) {
        const writing = this.#send(batch, false);
        if (this.#degraded && !(await writing)) return;
        if (this.#onTheirWay.size >= AHEAD && !(await Promise.race(this.#onTheirWay))) return;
      }
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
  }

  /** The page may be about to end: everything that waits is issued before this returns. */
  #leave() {
    if (this.#closed) return;
    for (let batch = this.#changes.fill(true); batch; batch = this.#changes.fill(true)) {
      this.#send(batch, true);
    }
    this.#upkeep.saveHits();
  }

  /** @param {import("./encode.js").Batch} batch @param {boolean} atOnce */
  #send(batch, atOnce) {
    const writing = this.#write(batch, atOnce);
    this.#onTheirWay.add(writing);
    void writing.then(() => this.#onTheirWay.delete(writing));
    return writing;
  }

  /**
   * @param {import("./encode.js").Batch} batch
   * @param {boolean} atOnce
   * @returns {Promise<boolean>} whether it is in IndexedDB; never rejects
   */
  async #write(batch, atOnce) {
    const { level, durability, maxDiskBytes } = this.#options;
    try {
      const segment = this.#engine.pack(batch, this.#now(), level);
      const bytes = segment.head.length + segment.body.length;
      if (bytes > maxDiskBytes && this.#refuse(batch, bytes)) return true;
      const id = this.#segments.newId();
      const cleared = batch.changes.some(({ kind }) => kind === CLEAR);
      const removed = cleared
        ? this.#engine.planRemoval().map((slot) => this.#segments.ids[slot])
        : [];
      const put = () => this.#segments.commit(id, segment, { removed, durability, atOnce });
      await put().catch(async (error) => {
        if (error.name !== "QuotaExceededError") throw error;
        const stored = this.stats.bytes;
        // Where all there is would not make room, it is not given up.
        if (
          stored < bytes ||
          !(await this.#upkeep.evict(Math.min(stored * 0.75, stored - 2 * bytes)))
        ) {
          throw error;
        }
        return put();
      });
      this.#committed(batch, id, segment.head, removed);
      this.#emit("persist", { entries: batch.changes.length, bytes });
      return true;
    } catch (error) {
      this.#changes.failed(batch);
      this.#degrade(error);
      return false;
    }
  }

  /**
   * @param {import("./encode.js").Batch} batch @param {string} id @param {Uint8Array} head
   * @param {string[]} removed
   */
  #committed(batch, id, head, removed) {
    if (this.#closed) return;
    this.#segments.add(id, head);
    for (const old of removed) this.#segments.forget(old);
    this.#changes.committed(batch);
    this.#flushes += 1;
    if (this.#degraded) this.#recovered();
    const { changes } = batch;
    const tags = changes.filter(({ kind }) => kind === TAG).map(({ key }) => key);
    const cleared = changes.some(({ kind }) => kind === CLEAR);
    if (tags.length || cleared) this.#engine.sweep(this.#now());
    const keys = this.#channel.peers ? changes.filter(({ kind }) => kind <= DELETED) : [];
    const names = keys.map(({ key }) => key);
    this.#tell({ added: [[id, head]], removed, keys: names, tags, cleared });
    if (this.#upkeep.over) void this.#upkeep.run().catch(() => {});
    else this.#upkeep.schedule();
  }

  /**
   * A record larger than the whole budget stays in memory; what it replaced goes.
   * @param {import("./encode.js").Batch} batch @param {number} bytes
   * @returns {boolean} whether that is what the batch is
   */
  #refuse(batch, bytes) {
    const [change, ...others] = batch.changes;
    if (others.length || change.kind > RAW) return false;
    this.#changes.committed(batch);
    if (!this.#changes.of(change.key)) this.#change(control(DELETED, change.key, change.stamp));
    const { maxDiskBytes } = this.#options;
    this.#report(
      "TOO_LARGE",
      `"${change.key}" takes ${bytes} bytes of ${maxDiskBytes} on the disk`,
    );
    return true;
  }

  /** @param {Omit<import("./channel.js").Message, "from" | "serial">} message */
  #tell(message) {
    const heads = message.added?.reduce((sum, [, head]) => sum + (head?.length ?? 0), 0) ?? 0;
    const added =
      this.#channel.peers && heads <= HEADS_SENT
        ? message.added
        : message.added?.map(([id]) => [id]);
    this.#channel.post({ ...message, added: /** @type {[string][]} */ (added) });
  }

  /**
   * Another tab has written.
   * @param {import("./channel.js").Message} message @param {boolean} missed there was one before
   */
  async #hear({ added = [], removed = [], keys = [], tags = [], cleared = false }, missed) {
    if (this.#closed) return;
    try {
      let look = missed;
      for (const [id, head] of added) {
        if (head) this.#segments.add(id, head);
        else look = true;
      }
      for (const id of removed) this.#segments.forget(id);
      if (added.length) {
        if (tags.length || cleared) this.#engine.sweep(this.#now());
        this.#clock.see(this.#engine.stats().lastStamp);
      }
      if (look) await this.#lookAgain();
      if (keys.length || tags.length || cleared) this.#emit("change", { keys, tags, cleared });
    } catch (error) {
      this.#degrade(error);
    }
  }

  /** Finds what was written while this tab could not hear, and says so. */
  async #lookAgain() {
    if (this.#closed) return;
    try {
      const added = await this.#segments.refresh();
      const keys = (await Promise.all(added.map((id) => this.#segments.keysOf(id)))).flat();
      if (keys.length) this.#emit("change", { keys, tags: [], cleared: false });
    } catch (error) {
      this.#degrade(error);
    }
  }

  /** There is a new connection, perhaps to a database that was deleted meanwhile. */
  #reopened() {
    this.#recoveries += 1;
    void this.#lookAgain();
  }

  /** @param {import("./encode.js").Change} change */
  #live({ kind, expiresAt }) {
    return kind <= RAW && (expiresAt === 0 || expiresAt > this.#now());
  }

  /** Storage fails: says so once, goes on in memory, and tries again later. @param {any} cause */
  #degrade(cause) {
    if (this.#closed) return;
    if (!this.#degraded) {
      const code = cause?.name === "QuotaExceededError" ? "QUOTA_EXCEEDED" : "STORAGE_FAILED";
      const error =
        cause instanceof ApusError
          ? cause
          : new ApusError(code, `IndexedDB does not work now: ${cause}`, { cause });
      this.#degraded = error;
      setTimeout(() => this.#emit("degraded", error)); // whoever opens the store listens by then
    }
    if (FINAL.has(this.#degraded.code)) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#retry(), this.#retryAfter);
    this.#retryAfter = Math.min(2 * this.#retryAfter, RETRY_MOST);
  }

  async #retry() {
    if (this.#closed) return;
    try {
      await this.#segments.refresh();
      if (this.#changes.waiting === 0) this.#recovered();
      else await this.flush();
    } catch (error) {
      this.#degrade(error);
    }
  }

  #recovered() {
    this.#degraded = undefined;
    this.#retryAfter = RETRY;
    this.#recoveries += 1;
    clearTimeout(this.#retryTimer);
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
