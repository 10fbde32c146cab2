import { forgetAll, forgetTags, shed } from "./forget.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * Group commit: changes wait for a moment, are packed slice by slice, and a few
 * transactions are under way at a time.
 */

/** @typedef {import("./encode.js").Change} Change */

/**
 * @typedef {object} WriterParts
 * @property {import("./changes.js").Changes} changes
 * @property {import("./hybrid-clock.js").HybridClock} clock
 * @property {import("./commits.js").Commits} commits
 * @property {import("./dictionary.js").Dictionary} dictionary
 * @property {import("./engine.js").Engine} engine
 * @property {import("./feed.js").Feed} feed
 * @property {import("./health.js").Health} health
 * @property {(dirty: boolean) => void} dirty called with whether something is not on the disk
 */

const FLUSH_AGE = 200; // ms until a change is written unasked
const FLUSH_COUNT = 4096; // changes that are written at once
const AHEAD = 6; // segments under way at a time

export class Writer {
  #parts;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** A flush in the next turn. @type {Promise<unknown> | undefined} */ #soon;
  /** @type {Promise<void> | undefined} */ #pumping;

  /** @param {WriterParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Change} change */
  add(change) {
    const { changes, health, feed, dirty } = this.#parts;
    changes.add(change);
    dirty(true);
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

  /** @returns {Promise<boolean>} whether all changes made before this call are in IndexedDB */
  async flush() {
    const { changes, commits, dictionary, health } = this.#parts;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#soon = undefined;
    // The first round may have been under way, past the changes that wait now.
    for (let round = 0; round < 2; round++) {
      this.#pumping ??= this.#pump().finally(() => {
        this.#pumping = undefined;
      });
      await this.#pumping;
      const done = await Promise.all(commits.pending);
      if (!done.every(Boolean) || (health.code && changes.waiting > 0)) return false;
      if (changes.waiting === 0) break;
    }
    await dictionary.learned;
    return true; // later changes may wait by now
  }

  close() {
    clearTimeout(this.#timer);
  }

  /** Packs the waiting changes slice by slice and writes them; ends when a write fails. */
  async #pump() {
    const { changes, commits, health } = this.#parts;
    for (let until = performance.now() + SLICE; changes.waiting > 0; ) {
      const batch = changes.fill(until);
      if (batch) {
        const writing = commits.write(batch, changes.waiting > 0);
        if (health.code && !(await writing)) return;
        if (commits.pending.size >= AHEAD && !(await Promise.race(commits.pending))) return;
      }
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
  }
}
