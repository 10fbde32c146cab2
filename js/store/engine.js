import * as layout from "../../dist/layout.js";
import { granted } from "../core/memory.js";
import { Owner } from "../core/owner.js";
import { fromText, toText } from "./encode.js";
import { done, pack, packed } from "./pack.js";

/**
 * The C++ engine of one open store (include/apus/store/engine.h), with strings and
 * arrays on this side. It does not know IndexedDB.
 */

/**
 * A decoded body; the arrays are copies and may be kept.
 * @typedef {object} Body
 * @property {string} keys all keys, a line feed after each
 * @property {string} texts all JSON values, a comma after each
 * @property {Uint8Array} raw all values that are bytes
 * @property {Uint32Array} keyEnds @property {Uint32Array} valueEnds
 * @property {Uint32Array} meta place, liveness and priority: see `Decoded` in engine.h
 * @property {Uint32Array} tagSets @property {Float64Array} expiries 0: never
 * @property {number} size approximate bytes in memory
 * @property {() => void} [broken] called when a value is not JSON
 */

/** @typedef {import("./pack.js").Segment} Segment */

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });

export class Engine {
  /** @readonly */
  owner;
  #core;
  #found;
  #packed;
  #decoded;
  /** @type {string[][]} by number of the set */
  #tags = [[]];

  /**
   * @param {import("../core/wasm.js").Wasm<"store">} core @param {string} name of the store
   * @param {number} node this tab's 16 bits @param {number} seed 32 random bits, secret
   */
  constructor(core, name, node, seed) {
    this.#core = core;
    this.owner = new Owner(
      `store "${name}"`,
      core.apus_store_new(node, seed),
      core.apus_store_delete,
    );
    this.#found = core.apus_store_found(this.#at);
    this.#packed = core.apus_store_packed(this.#at) >>> 2;
    this.#decoded = core.apus_store_decoded(this.#at) >>> 2;
  }

  get #at() {
    return this.owner.address;
  }

  stats() {
    const at = this.#core.apus_store_stats(this.#at) >>> 3;
    const { f64 } = this.#core.memory;
    return {
      segments: f64[at + layout.STORE_STATS_SEGMENTS],
      entries: f64[at + layout.STORE_STATS_ENTRIES],
      storedBytes: f64[at + layout.STORE_STATS_STORED_BYTES],
      rawBytes: f64[at + layout.STORE_STATS_RAW_BYTES],
      liveShare: f64[at + layout.STORE_STATS_LIVE_SHARE],
      lastStamp: f64[at + layout.STORE_STATS_LAST_STAMP],
    };
  }

  /**
   * Adds a segment by its head.
   * @param {Uint8Array} head @param {number} now
   * @returns {number} its slot, or -1 - Status
   */
  add(head, now) {
    const { memory } = this.#core;
    const slot = this.#core.apus_store_add(this.#at, memory.write(head), head.length, now);
    granted(slot !== -1 - layout.STATUS_OUT_OF_MEMORY);
    return slot;
  }

  /** @param {number} slot */
  remove(slot) {
    this.#core.apus_store_remove(this.#at, slot);
  }

  /** Gives up a segment's values. @param {number} slot */
  condemn(slot) {
    this.#core.apus_store_condemn(this.#at, slot);
  }

  /** When a segment was last hit, ms since 1970, 0 for never. @param {number} slot */
  lastHit(slot) {
    return this.#core.apus_store_last_hit(this.#at, slot);
  }

  /** @param {number} slot @param {number} ms */
  setLastHit(slot, ms) {
    this.#core.apus_store_set_last_hit(this.#at, slot, ms);
  }

  /**
   * The slots to compact into one segment.
   * @param {number} targetBytes approximate raw bytes of the segment
   */
  planCompaction(targetBytes) {
    return this.#plan(this.#core.apus_store_plan_compaction(this.#at, targetBytes));
  }

  /** The slots to evict, coldest first, until at most `maxBytes` are stored. @param {number} maxBytes */
  planEviction(maxBytes) {
    return this.#plan(this.#core.apus_store_plan_eviction(this.#at, maxBytes));
  }

  /** The slots of which the last clear hides every entry. */
  planRemoval() {
    return this.#plan(this.#core.apus_store_plan_removal(this.#at));
  }

  /**
   * Begins to rewrite the slots of the last plan.
   * @param {number} wall ms @param {number} keepAfter a stamp; newer deletions stay
   */
  rewriteBegin(wall, keepAfter) {
    this.#core.apus_store_rewrite_begin(this.#at, wall, keepAfter);
  }

  /**
   * @param {number} slot @param {Uint8Array} head @param {unknown[]} body its pieces
   * @param {boolean} values false: keep deletions only
   * @returns {boolean} false when the head is damaged
   */
  rewriteAdd(slot, head, body, values) {
    const [at, size] = this.#write([head, ...body]);
    const rest = size - head.length;
    const { apus_store_rewrite_add: add } = this.#core;
    const status = add(this.#at, slot, at, head.length, rest, Number(values));
    granted(status !== layout.STATUS_OUT_OF_MEMORY);
    return status === layout.STATUS_OK;
  }

  /** @param {number} level @returns {Segment | undefined} `undefined` when no entry is left */
  rewriteFinish(level) {
    done(this.#core.apus_store_rewrite_finish(this.#at, level));
    return this.#core.memory.u32[this.#packed + layout.PACKED_HEAD_BYTES]
      ? this.#segment()
      : undefined;
  }

  /** @param {Uint8Array} bytes @param {boolean} use for later bodies @returns {number} an id */
  addDictionary(bytes, use) {
    const at = this.#core.memory.write(bytes);
    return this.#core.apus_store_dictionary(this.#at, at, bytes.length, Number(use)) >>> 0;
  }

  /**
   * The replacement of a segment whose head is lost: hides the values it may have replaced.
   * @param {unknown[]} body its pieces @param {number} wall ms
   * @param {number} stamp at least that of its newest entry
   * @returns {Segment}
   */
  salvage(body, wall, stamp) {
    const [at, size] = this.#write(body);
    done(this.#core.apus_store_salvage(this.#at, at, size, wall, stamp));
    return this.#segment();
  }

  /** Hides entries that expired, or that tags and clears of added segments delete. @param {number} now */
  sweep(now) {
    this.#core.apus_store_sweep(this.#at, now);
  }

  /** @param {number} stamp */
  clear(stamp) {
    granted(this.#core.apus_store_clear(this.#at, stamp));
  }

  /** @param {string} tag @param {number} stamp */
  invalidate(tag, stamp) {
    const bytes = utf8.encode(toText(tag));
    const at = this.#core.memory.write(bytes);
    granted(this.#core.apus_store_invalidate(this.#at, at, bytes.length, stamp));
  }

  /**
   * The place of a key's live value.
   * @param {string} key @param {number} now
   * @returns {{ slot: number, row: number, expiresAt: number, tagSet: number, priority: number, stamp: number } | undefined}
   */
  find(key, now) {
    const { memory } = this.#core;
    const name = toText(key);
    const at = memory.room(name.length * 3 + 1);
    const { written } = utf8.encodeInto(name, memory.u8.subarray(at, at + name.length * 3));
    if (!this.#core.apus_store_find(this.#at, at, written, now)) return undefined;
    const words = this.#found >>> 2;
    const doubles = this.#found >>> 3;
    const { u32, i32, f64 } = memory;
    return {
      expiresAt: f64[doubles + layout.FOUND_EXPIRES] || Infinity,
      slot: u32[words + layout.FOUND_SEGMENT],
      row: u32[words + layout.FOUND_ROW],
      tagSet: u32[words + layout.FOUND_TAG_SET],
      priority: i32[words + layout.FOUND_PRIORITY],
      stamp: f64[doubles + layout.FOUND_STAMP],
    };
  }

  /** @param {number} set a number from `find` or a `Body` @returns {string[]} do not change it */
  tags(set) {
    if (!this.#tags[set]) {
      const at = this.#core.apus_store_tags(this.#at, set) >>> 0;
      const size = this.#core.apus_store_tags_size(this.#at, set);
      const tags = text.decode(this.#core.memory.u8.subarray(at, at + size));
      this.#tags[set] = tags.split("\0").map(fromText);
    }
    return this.#tags[set];
  }

  /**
   * Packs entries into a segment.
   * @param {import("./batch.js").Laid} laid
   * @param {number} wall ms @param {number} level zstd's
   * @returns {Segment}
   */
  pack(laid, wall, level) {
    return pack(this.#core, this.#at, laid, wall, level);
  }

  /**
   * @param {number} slot @param {unknown[]} pieces of the body @param {number} now
   * @returns {Body | undefined | null} undefined when it is damaged, null when its dictionary is unknown
   */
  decode(slot, pieces, now) {
    const [from, size] = this.#write(pieces);
    const status = this.#core.apus_store_decode(this.#at, slot, from, size, now);
    granted(status !== layout.STATUS_OUT_OF_MEMORY);
    if (status !== layout.STATUS_OK) return status === layout.STATUS_UNSUPPORTED ? null : undefined;
    const { u8, u32, f64 } = this.#core.memory;
    const at = this.#decoded;
    const rows = u32[at + layout.DECODED_ROWS];
    const keysSize = u32[at + layout.DECODED_KEYS_BYTES];
    const textsSize = u32[at + layout.DECODED_TEXTS_BYTES];
    const rawAt = u32[at + layout.DECODED_RAW];
    const rawSize = u32[at + layout.DECODED_RAW_BYTES];
    /** @param {number} from @param {number} size */
    const string = (from, size) => text.decode(u8.subarray(from, from + size));
    /** @param {number} field */
    const numbers = (field) => u32.slice(u32[at + field] >>> 2, (u32[at + field] >>> 2) + rows);
    const expiries = u32[at + layout.DECODED_EXPIRIES] >>> 3;
    return {
      keys: string(u32[at + layout.DECODED_KEYS], keysSize),
      texts: string(u32[at + layout.DECODED_TEXTS], textsSize),
      raw: u8.slice(rawAt, rawAt + rawSize),
      keyEnds: numbers(layout.DECODED_KEY_ENDS),
      valueEnds: numbers(layout.DECODED_VALUE_ENDS),
      meta: numbers(layout.DECODED_META),
      tagSets: numbers(layout.DECODED_TAG_SETS),
      expiries: f64.slice(expiries, expiries + rows),
      size: 2 * (keysSize + textsSize) + rawSize + rows * 24,
    };
  }

  #segment() {
    return packed(this.#core, this.#at);
  }

  /**
   * Copies pieces into the bulk buffer, one after the other; skips anything but bytes, which
   * shows as damage.
   * @param {unknown[]} pieces
   * @returns {[at: number, size: number]}
   */
  #write(pieces) {
    const { memory } = this.#core;
    const bytes = pieces.filter((piece) => piece instanceof Uint8Array);
    const size = bytes.reduce((sum, piece) => sum + piece.length, 0);
    const start = memory.room(size);
    let at = start;
    for (const piece of bytes) {
      memory.u8.set(piece, at);
      at += piece.length;
    }
    return [start, size];
  }

  /** @param {number} count @returns {number[]} */
  #plan(count) {
    const at = this.#core.apus_store_plan(this.#at) >>> 2;
    return [...this.#core.memory.u32.subarray(at, at + count)];
  }
}
