import {
  SUBJECT_KEY,
  SUBJECT_PREFIX,
  SUBJECT_TAG,
  SYNC_MAX_NAME,
  VERDICT_EPOCH,
  VERDICT_GAP,
  VERDICT_NEXT,
} from "../../dist/layout.js";
import { ApusError } from "../core/errors.js";
import { Owner } from "../core/owner.js";
import { loadWasm } from "../core/wasm.js";
import { BUCKETS, SLOTS, TAG_SLOTS } from "./bucket.js";
import { cursorText, parseCursor, positionText } from "./position.js";

/** The log of invalidated tags and prefixes; those before it belong to the buckets. */
export const TAGS = BUCKETS;

/** @typedef {import("./position.js").Position} Position */

/**
 * @typedef {object} LogEvent
 * @property {"set" | "fill" | "delete" | "tag" | "prefix" | "epoch"} kind a key was written, loaded
 *   or deleted; all entries with a tag, or whose key begins with a prefix, became invalid
 * @property {string} name the key, tag or prefix
 * @property {import("./position.js").Seen} at what is as of an older position has changed
 */

/**
 * @typedef {object} Change
 * @property {number} log 0 to 63: the bucket of the keys; 64: tags and prefixes
 * @property {LogEvent[]} events oldest first; empty when events were lost
 * @property {boolean} lost some events will never come: what is held of `slots` is in doubt
 * @property {number[]} slots when lost: of a bucket's keys (`slotOf`, 0 to 7), or of tags
 *   (`tagSlotOf`, 0 to 63)
 * @property {boolean} prefixes when lost: perhaps prefixes were invalidated, so every entry is in
 *   doubt
 */

const subjects = {
  set: SUBJECT_KEY,
  fill: SUBJECT_KEY,
  delete: SUBJECT_KEY,
  tag: SUBJECT_TAG,
  prefix: SUBJECT_PREFIX,
};
const utf8 = new TextEncoder();
/** Names that changed and are remembered at least: three quarters. */
const REMEMBERED = 8192;

/**
 * The logs as a holder of values follows them: cursors and version floor in the core, and what the
 * caller has taken in. The caller gets changes before the cursors move past them.
 */
export class ChangeLog {
  #wasm;
  #core;
  #tell;
  /**
   * Of each followed log the last event that the caller has taken in: a cursor, or a position
   * alone; null before the first event.
   * @type {Map<number, string | null>}
   */
  #cursors = new Map();

  /** @param {(change: Change) => void} tell when it throws, the change comes again */
  static async open(tell) {
    return new ChangeLog(await loadWasm("sync"), tell);
  }

  /** @param {import("../core/wasm.js").Wasm<"sync">} wasm @param {(change: Change) => void} tell */
  constructor(wasm, tell) {
    const [seed, more] = crypto.getRandomValues(new Uint32Array(2));
    const core = wasm.apus_sync_new(REMEMBERED, seed, more);
    this.#core = new Owner("LogFollower", core, wasm.apus_sync_delete);
    this.#wasm = wasm;
    this.#tell = tell;
  }

  /** By log. @returns {ReadonlyMap<number, string | null>} */
  get cursors() {
    return this.#cursors;
  }

  /** @param {number} log @param {string | null} cursor as in `cursors` */
  follow(log, cursor) {
    this.#place(log, cursor);
    this.#cursors.set(log, cursor);
  }

  /** @param {number} log */
  leave(log) {
    this.#cursors.delete(log);
    this.#wasm.apus_sync_leave(this.#core.address, log);
  }

  /**
   * Takes in events in the order of the log; those that were heard before are dropped.
   * @param {number} log @param {LogEvent[]} events
   * @returns {boolean} false when some before them, or between, are missing
   * @throws what the caller throws; `BAD_ANSWER` for a name that is too long
   */
  hear(log, events) {
    try {
      /** @type {LogEvent[]} */
      let next = [];
      for (const event of events) {
        if (!this.#cursors.has(log)) return true; // the caller has left it
        const verdict = this.#verdict(log, event);
        if (verdict === VERDICT_NEXT) next.push(event);
        if (verdict !== VERDICT_GAP && verdict !== VERDICT_EPOCH) continue;
        this.#taken(log, next);
        if (verdict === VERDICT_GAP) return false;
        next = [];
        this.#move(everything(log), textOf(event.at));
      }
      this.#taken(log, next);
      return true;
    } catch (error) {
      this.#back(log);
      throw error;
    }
  }

  /** The log's cursor as the gateway tells it. @param {number} log @param {string | null} head */
  confirm(log, head) {
    const cursor = this.#cursors.get(log);
    if (cursor && head?.startsWith(`${cursor}:`)) this.#cursors.set(log, head);
  }

  /**
   * Events were lost: goes on at the log's last one now. All that is held of the log is in doubt.
   * @param {number} log @param {string | null} head null when the log is empty
   */
  lose(log, head) {
    if (!this.#cursors.has(log)) return;
    this.#move(everything(log), head);
    if (!this.#cursors.has(log)) return;
    const core = this.#core.address;
    if (head === null) return this.#wasm.apus_sync_lose_empty(core, log);
    const { epoch, offset } = at(head);
    this.#wasm.apus_sync_lose(core, log, epoch, offset);
  }

  /**
   * Events were lost, but a digest tells which slots have changed.
   * @param {number} log @param {string} head the log's last event now @param {Float64Array} digest
   * @returns {boolean} false when the digest is of no use here
   */
  compare(log, head, digest) {
    if (!this.#cursors.has(log)) return true;
    const { epoch, offset } = at(head);
    const row = this.#wasm.memory.write(digest);
    const core = this.#core.address;
    if (!this.#wasm.apus_sync_compare(core, log, epoch, offset, row)) return false;
    const first = this.#wasm.apus_sync_lost(core) >>> 0;
    const lost = this.#wasm.memory.u8.subarray(first);
    const slots = range(log).filter((slot) => lost[slot]);
    const prefixes = log === TAGS && Boolean(lost[TAG_SLOTS]);
    try {
      const change = { log, events: [], lost: slots.length > 0, slots, prefixes };
      this.#move(change, head);
      return true;
    } catch (error) {
      this.#back(log);
      throw error;
    }
  }

  /** Accepts older answers of a log, as far as a digest allows it. @param {number} log @param {Float64Array} digest */
  lower(log, digest) {
    if (!this.#cursors.has(log)) return;
    const row = this.#wasm.memory.write(digest);
    this.#wasm.apus_sync_lower(this.#core.address, log, row);
  }

  /**
   * @param {string} key @param {readonly string[]} tags @param {Position} asOf @param {Position} tagsAsOf
   * @returns {boolean}
   */
  stale(key, tags, asOf, tagsAsOf) {
    const { memory } = this.#wasm;
    const names = [key, ...tags, ""].join("\0");
    const room = memory.room(3 * names.length);
    const { written } = utf8.encodeInto(names, memory.u8.subarray(room, room + 3 * names.length));
    const places = /** @type {const} */ ([
      asOf.epoch,
      asOf.offset,
      tagsAsOf.epoch,
      tagsAsOf.offset,
    ]);
    return Boolean(this.#wasm.apus_sync_stale(this.#core.address, room, written, ...places));
  }

  close() {
    this.#cursors.clear();
    this.#core.dispose();
  }

  /** @param {number} log @param {LogEvent[]} events */
  #taken(log, events) {
    const last = events.at(-1);
    if (last) this.#move({ log, events, lost: false, slots: [], prefixes: false }, textOf(last.at));
  }

  /** The cursor moves when the caller has taken the change in. @param {Change} change @param {string | null} cursor */
  #move(change, cursor) {
    if (change.lost || change.events.length > 0) this.#tell(change);
    if (this.#cursors.has(change.log)) this.#cursors.set(change.log, cursor);
  }

  /** The core forgets what the caller has not taken in. @param {number} log */
  #back(log) {
    const cursor = this.#cursors.get(log);
    if (cursor !== undefined) this.#place(log, cursor);
  }

  /** @param {number} log @param {LogEvent} event */
  #verdict(log, { kind, name, at: { epoch, offset } }) {
    const core = this.#core.address;
    if (kind === "epoch") return this.#wasm.apus_sync_hear_epoch(core, log, epoch, offset);
    const { memory } = this.#wasm;
    const room = memory.room(SYNC_MAX_NAME);
    const { read, written } = utf8.encodeInto(name, memory.u8.subarray(room, room + SYNC_MAX_NAME));
    if (read < name.length) throw new ApusError("BAD_ANSWER", "a name is too long");
    const subject = subjects[kind];
    return this.#wasm.apus_sync_hear(core, log, subject, epoch, offset, room, written);
  }

  /** @param {number} log @param {string | null} cursor */
  #place(log, cursor) {
    const core = this.#core.address;
    if (cursor === null) return this.#wasm.apus_sync_place_empty(core, log, 0);
    const { epoch, offset } = at(cursor);
    this.#wasm.apus_sync_place(core, log, epoch, offset);
  }
}

/** @param {number} log */
const range = (log) => Array.from({ length: log === TAGS ? TAG_SLOTS : SLOTS }, (_, slot) => slot);

/** @param {number} log @returns {Change} */
const everything = (log) => ({
  ...{ log, events: [], lost: true, slots: range(log) },
  prefixes: log === TAGS,
});

/** @param {string} cursor */
const at = (cursor) => /** @type {import("./position.js").Seen} */ (parseCursor(cursor));

/** @param {import("./position.js").Seen} at */
const textOf = (at) => (at.check ? cursorText({ ...at, check: at.check }) : positionText(at));
