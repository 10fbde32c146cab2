import { CLEAR, control, DELETED, RAW, TAG } from "./encode.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * Group commit: changes wait, are packed into segments slice by slice, and a few
 * transactions are on their way at a time.
 */

/** @typedef {import("./encode.js").Batch} Batch */
/** @typedef {import("./encode.js").Change} Change */

/**
 * @typedef {import("./segments.js").Parts & {
 *   changes: import("./changes.js").Changes, segments: import("./segments.js").Segments,
 *   upkeep: import("./upkeep.js").Upkeep, feed: import("./feed.js").Feed,
 *   health: import("./health.js").Health,
 *   level: number, maxDiskBytes: number, durability: IDBTransactionDurability | undefined,
 *   persisted: (detail: { entries: number, bytes: number }) => void,
 *   report: (code: string, message: string) => void,
 * }} WriterParts
 */

const FLUSH_AGE = 200; // ms until a change is on its way without being asked
const FLUSH_COUNT = 4096; // changes that do not wait for that
const AHEAD = 4; // transactions on their way at a time
const MOST_WAITING = 100_000; // changes kept while nothing can be written

export class Writer {
  #parts;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Promise<void> | undefined} */ #pumping;
  /** @type {Set<Promise<boolean>>} */ #onTheirWay = new Set();
  #closed = false;
  flushes = 0;

  /** @param {WriterParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Change} change */
  add(change) {
    const { changes, health, feed } = this.#parts;
    changes.add(change);
    if (health.code) this.#shed();
    else if (changes.waiting >= FLUSH_COUNT) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), feed.peers ? 0 : FLUSH_AGE);
  }

  clear() {
    this.#parts.changes.drain();
    this.#clear();
  }

  /** @param {string[]} tags */
  invalidate(tags) {
    const { changes, clock, engine } = this.#parts;
    const stamp = clock.tick();
    for (const change of [...changes.all()]) {
      if (change.kind <= RAW && change.tags.some((tag) => tags.includes(tag))) {
        this.add(control(DELETED, change.key, stamp));
      }
    }
    for (const tag of tags) {
      engine.invalidate(tag, stamp);
      this.add(control(TAG, tag, stamp));
    }
    clock.tick();
  }

  /** @returns {Promise<boolean>} whether everything is in IndexedDB */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
    await this.#pumping;
    const done = await Promise.all(this.#onTheirWay);
    return done.every(Boolean) && this.#parts.changes.waiting === 0;
  }

  /** The page may be about to end: everything that waits is issued before this returns. */
  leave() {
    const { changes } = this.#parts;
    if (this.#closed) return;
    for (let batch = changes.fill(true); batch; batch = changes.fill(true)) this.#send(batch, true);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #clear() {
    const { changes, clock, engine } = this.#parts;
    const stamp = clock.tick();
    // What is on its way was written before: it goes by its stamp.
    for (const { kind, key } of [...changes.all()]) {
      if (kind <= RAW) changes.add(control(DELETED, key, stamp));
    }
    engine.clear(stamp);
    this.add(control(CLEAR, "", stamp));
    clock.tick();
  }

  /**
   * Bounds what waits while nothing can be written: the older half is given up,
   * and with it, so that nothing out of date comes back, all that is on the disk.
   */
  #shed() {
    const { changes, clock } = this.#parts;
    if (changes.waiting <= MOST_WAITING) return;
    const newest = changes.drain().slice(-MOST_WAITING / 2);
    this.#clear();
    const stamp = clock.tick();
    for (const change of newest) if (change.kind <= RAW) changes.add({ ...change, stamp });
  }

  /** Packs what waits, slice by slice, and sends it off; ends when a write fails. */
  async #pump() {
    const { changes, health } = this.#parts;
    for (let until = performance.now() + SLICE; changes.waiting > 0; ) {
      const batch = changes.fill(false);
      if (batch) {
        const writing = this.#send(batch, false);
        if (health.code && !(await writing)) return;
        if (this.#onTheirWay.size >= AHEAD && !(await Promise.race(this.#onTheirWay))) return;
      }
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
  }

  /** @param {Batch} batch @param {boolean} atOnce */
  #send(batch, atOnce) {
    const writing = this.#write(batch, atOnce);
    this.#onTheirWay.add(writing);
    void writing.then(() => this.#onTheirWay.delete(writing));
    return writing;
  }

  /**
   * @param {Batch} batch
   * @param {boolean} atOnce issue the requests before this returns
   * @returns {Promise<boolean>} whether it is in IndexedDB; never rejects
   */
  async #write(batch, atOnce) {
    const { engine, segments, changes, health, now, level, durability, maxDiskBytes } = this.#parts;
    try {
      const segment = engine.pack(batch, now(), level);
      const bytes = segment.head.length + segment.body.length;
      if (bytes > maxDiskBytes && this.#refuse(batch, bytes)) return true;
      const id = segments.newId();
      const cleared = batch.changes.some(({ kind }) => kind === CLEAR);
      const removed = cleared ? engine.planRemoval().map((slot) => segments.ids[slot]) : [];
      const put = () => segments.commit(id, segment, { removed, durability, atOnce });
      const issued = put();
      if (atOnce) this.#tell(batch, id, undefined, []); // there may be no later
      await issued.catch(async (error) => {
        if (!(await this.#makeRoom(error, bytes))) throw error;
        return put();
      });
      if (!this.#closed) this.#committed(batch, id, segment.head, removed);
      this.#parts.persisted({ entries: batch.changes.length, bytes });
      return true;
    } catch (error) {
      changes.failed(batch);
      health.failed(error);
      return false;
    }
  }

  /**
   * The disk is full: drops the coldest segments, unless all there is would not
   * make room enough.
   * @param {unknown} error @param {number} bytes
   */
  async #makeRoom(error, bytes) {
    const { upkeep, engine } = this.#parts;
    if (/** @type {Error} */ (error)?.name !== "QuotaExceededError") return false;
    const { storedBytes } = engine.stats();
    return (
      storedBytes >= bytes && upkeep.evict(Math.min(storedBytes * 0.75, storedBytes - 2 * bytes))
    );
  }

  /** @param {Batch} batch @param {string} id @param {Uint8Array} head @param {string[]} removed */
  #committed(batch, id, head, removed) {
    const { engine, segments, health, upkeep, now } = this.#parts;
    segments.add(id, head);
    for (const old of removed) segments.forget(old);
    this.#parts.changes.committed(batch);
    this.flushes += 1;
    health.works();
    const { changes } = batch;
    if (changes.some(({ kind }) => kind > DELETED)) engine.sweep(now());
    this.#tell(batch, id, head, removed);
    if (upkeep.over) void upkeep.run().catch(() => {});
    else upkeep.schedule();
  }

  /**
   * Tells the other tabs what has changed, and where it is.
   * @param {Batch} batch @param {string} id @param {Uint8Array | undefined} head
   * @param {string[]} removed
   */
  #tell({ changes }, id, head, removed) {
    const { feed } = this.#parts;
    const own = feed.peers ? changes.filter(({ kind }) => kind <= DELETED) : [];
    feed.tell({
      added: [[id, head]],
      removed,
      keys: own.map(({ key }) => key),
      tags: changes.filter(({ kind }) => kind === TAG).map(({ key }) => key),
      cleared: changes.some(({ kind }) => kind === CLEAR),
    });
  }

  /**
   * A record larger than the whole budget stays in memory; what it replaced goes.
   * @param {Batch} batch @param {number} bytes
   * @returns {boolean} whether that is what the batch is
   */
  #refuse(batch, bytes) {
    const { changes, maxDiskBytes, report } = this.#parts;
    const [change, ...others] = batch.changes;
    if (others.length || change.kind > RAW) return false;
    changes.committed(batch);
    if (!changes.of(change.key)) this.add(control(DELETED, change.key, change.stamp));
    report("TOO_LARGE", `"${change.key}" takes ${bytes} bytes of ${maxDiskBytes} on the disk`);
    return true;
  }
}
