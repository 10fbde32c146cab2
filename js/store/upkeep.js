import { STAMP_CLOCK_BITS, STAMPS_PER_MS } from "../../dist/layout.js";
import { getBody } from "./records.js";
import { nextTurn } from "./turns.js";

/**
 * Maintains the disk: evicts the coldest segments when too many bytes are
 * stored, and rewrites segments that are mostly dead, or small. One tab at a time,
 * under a Web Lock that is requested and never waited for.
 */

const TARGET = 1 << 20; // approximate raw bytes of a rewritten segment
const GRACE = 600_000; // ms in which a tab may still write an older entry
const PAUSE = 1000; // ms without a write until idle time is requested
const MAX_WAIT = 10_000; // ms of writing after which it is requested anyway

/**
 * @typedef {object} UpkeepParts
 * @property {import("./hybrid-clock.js").HybridClock} clock
 * @property {import("./database.js").Database} database
 * @property {import("./engine.js").Engine} engine
 * @property {import("./segments.js").Segments} segments
 * @property {number} level zstd's
 * @property {number} maxDiskBytes
 * @property {() => number} now ms since 1970
 * @property {(added: [string, Uint8Array] | undefined, removed: string[]) => void} rewritten
 */

export class Upkeep {
  #name;
  #parts;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** When upkeep was first requested. @type {number | undefined} */ #since;
  /** @type {Promise<unknown>} one rewrite at a time */ #last = Promise.resolve();
  #hitsAt = 0;
  compactions = 0;
  evictions = 0;

  /** @param {string} name @param {UpkeepParts} parts */
  constructor(name, parts) {
    this.#name = name;
    this.#parts = parts;
    this.#hitsAt = parts.now();
  }

  /** Runs when the page is idle. */
  schedule() {
    if (this.#closed) return;
    const now = performance.now();
    this.#since ??= now;
    if (this.#timer && now - this.#since > MAX_WAIT) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const { requestIdleCallback } = globalThis;
      const run = () => {
        this.#timer = undefined;
        this.#since = undefined;
        this.run().catch(() => {}); // failing storage shows in the next write
      };
      if (requestIdleCallback) requestIdleCallback(run, { timeout: 5000 });
      else run();
    }, PAUSE);
  }

  /** Whether more is stored than `maxDiskBytes`. */
  get over() {
    return this.#parts.engine.stats().storedBytes > this.#parts.maxDiskBytes;
  }

  /** Evicts and compacts, unless another tab does. @returns {Promise<void>} */
  async run() {
    if (this.#closed || hidden()) return;
    await this.#locked(async () => {
      const { segments, engine, maxDiskBytes } = this.#parts;
      await segments.refresh();
      if (this.over) await this.evict(maxDiskBytes * 0.9);
      engine.sweep(this.#parts.now());
      while (!this.#closed && !hidden() && (await this.#compact())) await nextTurn();
      this.saveHits();
    });
  }

  /**
   * Evicts the coldest segments until at most `maxBytes` are left.
   * @param {number} maxBytes
   * @returns {Promise<boolean>} whether anything was evicted
   */
  evict(maxBytes) {
    return this.#next(async () => {
      const { engine } = this.#parts;
      const slots = engine.planEviction(maxBytes);
      if (!slots.length || !(await this.#rewrite(slots, false))) return false;
      this.evictions += slots.length;
      return true;
    });
  }

  /** Stores when each segment was last hit; issues the write at once. */
  saveHits() {
    const { database, engine, segments, now } = this.#parts;
    /** @type {Record<string, number>} */
    const hits = {};
    let fresh = false;
    for (const [slot, id] of Object.entries(segments.ids)) {
      hits[id] = engine.lastHit(Number(slot));
      if (hits[id] > this.#hitsAt) fresh = true;
    }
    if (!fresh) return;
    this.#hitsAt = now();
    database.runNow((tx) => tx.objectStore("notes").put(hits, "hits")).catch(() => {});
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    return this.#last;
  }

  #compact() {
    return this.#next(async () => {
      const slots = this.#parts.engine.planCompaction(TARGET);
      if (!slots.length || !(await this.#rewrite(slots, true))) return false;
      this.compactions += 1;
      return true;
    });
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #next(work) {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** @param {() => Promise<void>} work done later when another tab holds the lock */
  async #locked(work) {
    const { locks } = globalThis.navigator ?? {};
    if (!locks) return work(); // two at once are harmless: each removes only existing segments
    await locks.request(`apus:${this.#name}`, { ifAvailable: true }, (lock) =>
      lock ? work() : this.schedule(),
    );
  }

  /** @param {number[]} slots those of the last plan @param {boolean} values whether to keep them */
  async #rewrite(slots, values) {
    const { engine, segments, database, clock, now, level } = this.#parts;
    const ids = slots.map((slot) => segments.ids[slot]);
    const records = await database.run("readonly", (tx) => {
      const heads = tx.objectStore("heads");
      return Promise.all(
        ids.map((id) => Promise.all([heads.get(id), values ? getBody(tx, id) : []])),
      );
    });
    const same = () => !this.#closed && slots.every((slot, i) => segments.ids[slot] === ids[i]);
    if (!same()) return false;
    engine.rewriteBegin(now(), values ? Math.max(0, clock.read() - GRACE * STAMPS_PER_MS) : LATE);
    for (let i = 0; i < slots.length; i++) {
      const [head, body] = records[i];
      if (!(head instanceof Uint8Array) || !engine.rewriteAdd(slots[i], head, body, values))
        return false;
      await nextTurn();
      if (!same()) return false;
    }
    const segment = engine.rewriteFinish(level);
    const id = segments.newId();
    if (!(await segments.commit(id, segment, { removed: ids, moved: true }))) {
      await segments.refresh();
      return false;
    }
    if (segment) segments.add(id, segment.head);
    if (segment && values)
      engine.setLastHit(segments.slot(id), Math.max(...slots.map((slot) => engine.lastHit(slot))));
    for (const old of ids) segments.forget(old);
    this.#parts.rewritten(segment && [id, segment.head], ids);
    return true;
  }
}

const LATE = 2 ** STAMP_CLOCK_BITS - 1; // eviction keeps only deletions that hide existing entries

/** A page in the background must not hold a lock. */
function hidden() {
  return globalThis.document?.visibilityState === "hidden";
}
