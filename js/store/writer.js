import { CLEAR, control, DELETED, RAW } from "./encode.js";
import { forgetAll, forgetTags, shed } from "./forget.js";
import { Room } from "./room.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * Group commit: changes wait, are packed into segments slice by slice, and a few
 * transactions are on their way at a time.
 */

/** @typedef {import("./batch.js").Batch} Batch */
/** @typedef {import("./encode.js").Change} Change */

/**
 * @typedef {import("./segments.js").Parts & {
 *   changes: import("./changes.js").Changes, segments: import("./segments.js").Segments,
 *   upkeep: import("./upkeep.js").Upkeep, feed: import("./feed.js").Feed,
 *   health: import("./health.js").Health,
 *   packer: import("./packer.js").Packer,
 *   maxDiskBytes: number, durability: IDBTransactionDurability | undefined,
 *   dirty: (is: boolean) => void,
 *   persisted: (detail: { entries: number, bytes: number }) => void,
 *   report: (code: string, message: string) => void,
 * }} WriterParts
 */

const FLUSH_AGE = 200; // ms until a change is on its way without being asked
const FLUSH_COUNT = 4096; // changes that do not wait for that
const AHEAD = 6; // segments on their way at a time

export class Writer {
  #parts;
  #room;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** A flush in the next turn. @type {Promise<unknown> | undefined} */ #soon;
  /** @type {Promise<void> | undefined} */ #pumping;
  /** @type {Set<Promise<boolean>>} */ #onTheirWay = new Set();
  /** @type {Map<string, import("./engine.js").Segment>} by id */ #issued = new Map();
  /** Those at the worker, and what has become of them since. @type {Map<Batch, Promise<boolean> | undefined>} */
  #sent = new Map();
  #awake = Promise.resolve();
  #wake = () => {};
  #closed = false;
  /** Whether something is not on the disk. */ #dirty = false;
  flushes = 0;

  /** @param {WriterParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#room = new Room(parts);
  }

  /** @param {Change} change */
  add(change) {
    const { changes, health, feed } = this.#parts;
    changes.add(change);
    if (!this.#dirty) this.#setDirty(true);
    if (health.code) shed(this.#parts, (other) => changes.add(other));
    else if (changes.waiting >= FLUSH_COUNT && !this.#pumping) void this.flush();
    else if (feed.peers) this.#soon ??= nextTurn().then(() => this.flush());
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AGE);
  }

  clear() {
    this.#parts.changes.drain();
    forgetAll(this.#parts, (change) => this.add(change));
  }

  /** @param {string[]} tags */
  invalidate(tags) {
    forgetTags(this.#parts, tags, (change) => this.add(change));
  }

  /** @returns {Promise<boolean>} whether everything of before this call is in IndexedDB */
  async flush() {
    const { changes, dictionary, health } = this.#parts;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#soon = undefined;
    // The first round may have been under way, past what waits now.
    for (let round = 0; round < 2; round++) {
      this.#pumping ??= this.#pump().finally(() => {
        this.#pumping = undefined;
      });
      await this.#pumping;
      const done = await Promise.all(this.#onTheirWay);
      if (!done.every(Boolean) || (health.code && changes.waiting > 0)) return false;
      if (changes.waiting === 0) break;
    }
    await dictionary.learned;
    return true; // what waits now came meanwhile
  }

  /**
   * The page may be about to end: everything that is not on the disk is issued
   * before this returns, what is on its way already once more.
   */
  leave() {
    const { changes, lastFlush, health, packer, segments, feed, durability } = this.#parts;
    if (this.#closed) return;
    /** @type {{ batch: Batch, sent?: Batch }[]} */
    const batches = [];
    for (const [sent, taken] of this.#sent)
      if (!taken) batches.push({ batch: changes.again(sent), sent });
    for (let batch = changes.fill(); batch; batch = changes.fill()) batches.push({ batch });
    packer.pause();
    if (health.code || !lastFlush.connected) {
      for (const { batch, sent } of batches) this.#take(this.#write(batch), sent);
      return;
    }
    const all = new Map(this.#issued);
    this.#issued.clear(); // `pagehide` and `visibilitychange` may both come: once is enough
    const packed = [];
    for (const { batch, sent } of batches) {
      try {
        const id = segments.newId();
        const segment = packer.pack(batch);
        all.set(id, segment);
        packed.push({ batch, sent, id, segment });
      } catch (error) {
        this.#take(Promise.resolve(this.#failed(batch, error)), sent);
      }
    }
    if (all.size === 0) return;
    const saved = lastFlush.put(all, { durability });
    saved.catch(() => {}); // what is on its way already is not lost by that
    for (const { batch, sent, id, segment } of packed) {
      feed.tellOf(batch, [id]); // there may be no later
      this.#take(this.#left(batch, id, segment, saved), sent);
    }
  }

  /** @param {Promise<boolean>} writing @param {Batch} [sent] what need not come back from the worker */
  #take(writing, sent) {
    this.#track(writing);
    if (sent) this.#sent.set(sent, writing);
  }

  /** The page may be frozen from now on. */
  pause() {
    this.#awake = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  resume() {
    this.#wake();
  }

  close() {
    this.#closed = true;
    this.#setDirty(false);
    clearTimeout(this.#timer);
  }

  /** Packs what waits, slice by slice, and sends it off; ends when a write fails. */
  async #pump() {
    const { changes, health } = this.#parts;
    for (let until = performance.now() + SLICE; changes.waiting > 0; ) {
      const batch = changes.fill(until);
      if (batch) {
        const writing = this.#track(this.#write(batch, changes.waiting > 0));
        if (health.code && !(await writing)) return;
        if (this.#onTheirWay.size >= AHEAD && !(await Promise.race(this.#onTheirWay))) return;
      }
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
  }

  /** @param {Promise<boolean>} writing */
  #track(writing) {
    this.#onTheirWay.add(writing);
    void writing.then(() => {
      this.#onTheirWay.delete(writing);
      if (this.#onTheirWay.size === 0 && this.#parts.changes.waiting === 0) this.#setDirty(false);
    });
    return writing;
  }

  /** @param {boolean} is */
  #setDirty(is) {
    this.#dirty = is;
    this.#parts.dirty(is);
  }

  /**
   * @param {Batch} batch
   * @param {boolean} [full] whether there are more, so that a worker is of use
   * @returns {Promise<boolean>} whether it is in IndexedDB; never rejects
   */
  async #write(batch, full = false) {
    const { changes, engine, segments, packer, feed, durability, maxDiskBytes } = this.#parts;
    const id = segments.newId();
    let told = false;
    try {
      let segment;
      const sent = full ? packer.send(batch) : undefined;
      if (sent) {
        this.#sent.set(batch, undefined);
        segment = await sent;
        const taken = this.#sent.get(batch);
        this.#sent.delete(batch);
        if (taken) return taken;
        segment ??= packer.pack(changes.again(batch));
      } else {
        segment = packer.pack(batch);
      }
      const bytes = segment.head.length + segment.size;
      if (bytes > maxDiskBytes) {
        if (batch.changes.length > 1) return this.#halve(batch);
        if (this.#refuse(batch, bytes)) return true;
      }
      this.#issued.set(id, segment);
      told = feed.announce(batch, id, segment);
      const cleared = batch.changes.some(({ kind }) => kind === CLEAR);
      const removed = cleared ? engine.planRemoval().map((slot) => segments.ids[slot]) : [];
      await this.#room.put(bytes, async () => {
        await segments.commit(id, segment, { removed, durability });
        this.#committed(batch, id, segment, removed, told);
      });
      return true;
    } catch (error) {
      if (told) feed.takeBack(batch, id);
      return this.#failed(batch, error);
    } finally {
      this.#issued.delete(id);
    }
  }

  /**
   * A batch of the last flush, should the page live on.
   * @param {Batch} batch @param {string} id @param {import("./engine.js").Segment} segment
   * @param {Promise<unknown>} saved
   * @returns {Promise<boolean>} as `#write`
   */
  async #left(batch, id, segment, saved) {
    const { segments } = this.#parts;
    try {
      await saved;
      await this.#awake; // a transaction of a frozen page would block the others
      await segments.refresh(); // a look under way may have come too early for it
      if (!segments.has(id)) await segments.refresh();
      if (!segments.has(id)) throw new Error("the last flush is not there");
      this.#committed(batch, id, segment, []);
      return true;
    } catch {
      return this.#write(this.#parts.changes.again(batch)); // as if it had not been tried
    }
  }

  /** @param {Batch} batch @param {unknown} error */
  #failed(batch, error) {
    this.#parts.changes.failed(batch);
    this.#parts.health.failed(error);
    return false;
  }

  /**
   * @param {Batch} batch @param {string} id @param {import("./engine.js").Segment} segment
   * @param {string[]} removed @param {boolean} [told] whether the other tabs know it
   */
  #committed(batch, id, { head, body, size }, removed, told) {
    const { engine, segments, dictionary, feed, health, upkeep, now, persisted } = this.#parts;
    persisted({ entries: batch.changes.length, bytes: head.length + size });
    if (this.#closed) return;
    segments.add(id, head);
    engine.setLastHit(segments.slot(id), now()); // what is new is not cold
    for (const old of removed) segments.forget(old);
    this.#parts.changes.committed(batch);
    this.flushes += 1;
    health.works();
    const { changes } = batch;
    if (changes.some(({ kind }) => kind > DELETED)) engine.sweep(now());
    dictionary.learn(batch);
    feed.tellOf(batch, [id, head, body], removed, told ? "came" : undefined);
    if (upkeep.over) void upkeep.run().catch(() => {});
    else upkeep.schedule();
  }

  /** A batch that is larger than the whole budget, as two. @param {Batch} batch */
  async #halve({ changes }) {
    const half = changes.length >> 1;
    const halves = [changes.slice(0, half), changes.slice(half)].map((part) =>
      this.#write(this.#parts.changes.again({ changes: part })),
    );
    return (await Promise.all(halves)).every(Boolean);
  }

  /**
   * A record larger than the whole budget stays in memory; what it replaced goes.
   * @param {Batch} batch of one change @param {number} bytes
   * @returns {boolean} false for what says that something goes
   */
  #refuse({ changes: [change] }, bytes) {
    const { changes, maxDiskBytes, report } = this.#parts;
    if (change.kind > RAW) return false;
    changes.committed({ changes: [change] });
    if (!changes.of(change.key)) this.add(control(DELETED, change.key, change.stamp));
    report("TOO_LARGE", `"${change.key}" takes ${bytes} bytes of ${maxDiskBytes} on the disk`);
    return true;
  }
}
