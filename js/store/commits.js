import { DiskSpace } from "./disk-space.js";
import { CLEAR, control, DELETED, RAW } from "./encode.js";

/**
 * Batches on their way to IndexedDB: each is packed into a segment, announced to
 * the other tabs and written; and the last flush of a page that may be about to end.
 */

/** @typedef {import("./batch.js").Batch} Batch */
/** @typedef {import("./encode.js").Change} Change */
/** @typedef {import("./pack.js").Segment} Segment */

/**
 * @typedef {object} CommitsParts
 * @property {import("./changes.js").Changes} changes
 * @property {import("./dictionary.js").Dictionary} dictionary
 * @property {import("./engine.js").Engine} engine
 * @property {import("./feed.js").Feed} feed
 * @property {import("./health.js").Health} health
 * @property {import("./last-flush.js").LastFlush} lastFlush
 * @property {import("./packer.js").Packer} packer
 * @property {import("./segments.js").Segments} segments
 * @property {import("./upkeep.js").Upkeep} upkeep
 * @property {number} maxDiskBytes
 * @property {IDBTransactionDurability | undefined} durability
 * @property {() => number} now ms since 1970
 * @property {(change: Change) => void} add hands over a change that follows from a commit
 * @property {(dirty: boolean) => void} dirty called with whether something is not on the disk
 * @property {(detail: { entries: number, bytes: number }) => void} persisted
 * @property {import("./segments.js").Report} report
 */

export class Commits {
  #parts;
  #space;
  /** @type {Set<Promise<boolean>>} */ #pending = new Set();
  /** Segments that are being written, by id. @type {Map<string, Segment>} */ #issued = new Map();
  /**
   * Batches at the worker. One that the last flush has taken over has its write.
   * @type {Map<Batch, Promise<boolean> | undefined>}
   */
  #sent = new Map();
  #awake = Promise.resolve();
  #wake = () => {};
  #closed = false;
  /** Segments written so far. */
  flushes = 0;

  /** @param {CommitsParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#space = new DiskSpace(parts);
  }

  /** The writes under way. @returns {ReadonlySet<Promise<boolean>>} */
  get pending() {
    return this.#pending;
  }

  /**
   * @param {Batch} batch
   * @param {boolean} full whether more batches follow, which makes a worker worthwhile
   * @returns {Promise<boolean>} whether it is in IndexedDB; never rejects
   */
  write(batch, full) {
    return this.#track(this.#write(batch, full));
  }

  /**
   * The page may be about to end: issues everything that is not on the disk before
   * this returns, writes under way once more.
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
    saved.catch(() => {}); // the writes under way may still succeed
    for (const { batch, sent, id, segment } of packed) {
      feed.tellOf(batch, [id]); // this may be the last chance
      this.#take(this.#left(batch, id, segment, saved), sent);
    }
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
    this.#parts.dirty(false);
  }

  /** @param {Promise<boolean>} writing @param {Batch} [sent] a batch that the worker need not return */
  #take(writing, sent) {
    this.#track(writing);
    if (sent) this.#sent.set(sent, writing);
  }

  /** @param {Promise<boolean>} writing */
  #track(writing) {
    const { changes, dirty } = this.#parts;
    this.#pending.add(writing);
    void writing.then(() => {
      this.#pending.delete(writing);
      if (this.#pending.size === 0 && changes.waiting === 0) dirty(false);
    });
    return writing;
  }

  /**
   * @param {Batch} batch @param {boolean} [full] as for `write`
   * @returns {Promise<boolean>}
   */
  async #write(batch, full = false) {
    const { changes, engine, segments, packer, feed, durability, maxDiskBytes } = this.#parts;
    const [put, leave] = this.#space.queue();
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
        if (batch.changes.length > 1) return this.#halve(batch); // no await: they queue behind it
        if (this.#refuse(batch, bytes)) return true;
      }
      this.#issued.set(id, segment);
      told = feed.announce(batch, id, segment);
      const cleared = batch.changes.some(({ kind }) => kind === CLEAR);
      const removed = cleared ? engine.planRemoval().map((slot) => segments.ids[slot]) : [];
      await put(bytes, async () => {
        await segments.commit(id, segment, { removed, durability });
        this.#committed(batch, id, segment, removed, told);
      });
      return true;
    } catch (error) {
      if (told) feed.takeBack(batch, id);
      return this.#failed(batch, error);
    } finally {
      leave();
      this.#issued.delete(id);
    }
  }

  /**
   * A batch of the last flush, should the page live on.
   * @param {Batch} batch @param {string} id @param {Segment} segment
   * @param {Promise<unknown>} saved
   * @returns {Promise<boolean>} as `write`
   */
  async #left(batch, id, segment, saved) {
    const { changes, segments } = this.#parts;
    try {
      await saved;
      await this.#awake; // a transaction of a frozen page would block the others
      await segments.refresh(); // a refresh under way may have come too early for it
      if (!segments.has(id)) await segments.refresh();
      if (segments.has(id)) {
        this.#committed(batch, id, segment, []);
        return true;
      }
    } catch {} // the batch is written the usual way
    return this.#write(changes.again(batch));
  }

  /** @param {Batch} batch @param {unknown} error */
  #failed(batch, error) {
    this.#parts.changes.failed(batch);
    this.#parts.health.failed(error);
    return false;
  }

  /**
   * @param {Batch} batch @param {string} id @param {Segment} segment
   * @param {string[]} removed @param {boolean} [told] whether it was announced to the other tabs
   */
  #committed(batch, id, { head, body, size }, removed, told) {
    const { changes, engine, segments, dictionary, feed, health, upkeep, now, persisted } =
      this.#parts;
    persisted({ entries: batch.changes.length, bytes: head.length + size });
    if (this.#closed) return;
    segments.add(id, head);
    engine.setLastHit(segments.slot(id), now()); // a new segment is not cold
    for (const old of removed) segments.forget(old);
    changes.committed(batch);
    this.flushes += 1;
    health.works();
    if (batch.changes.some(({ kind }) => kind > DELETED)) engine.sweep(now());
    dictionary.learn(batch);
    feed.tellOf(batch, [id, head, body], removed, told ? "came" : undefined);
    if (upkeep.over) void upkeep.run().catch(() => {});
    else upkeep.schedule();
  }

  /** Writes a batch that exceeds the whole budget as two. @param {Batch} batch */
  async #halve({ changes }) {
    const half = changes.length >> 1;
    const halves = [changes.slice(0, half), changes.slice(half)].map((part) =>
      this.#write(this.#parts.changes.again({ changes: part })),
    );
    return (await Promise.all(halves)).every(Boolean);
  }

  /**
   * Keeps a record that exceeds the whole budget in memory; the value it replaced goes.
   * @param {Batch} batch of one change @param {number} bytes
   * @returns {boolean} false for a change without a value: it is written in any case
   */
  #refuse({ changes: [change] }, bytes) {
    const { changes, maxDiskBytes, report, add } = this.#parts;
    if (change.kind > RAW) return false;
    changes.committed({ changes: [change] });
    if (!changes.of(change.key)) add(control(DELETED, change.key, change.stamp));
    report("TOO_LARGE", `"${change.key}" takes ${bytes} of ${maxDiskBytes} bytes on disk`);
    return true;
  }
}
