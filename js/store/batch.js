import { BATCH_PRIORITY_SHIFT, BATCH_TAG_SET_SHIFT } from "../../dist/layout.js";
import { encode, RAW, TEXT, toText } from "./encode.js";

/**
 * Changes laid out in memory as the core packs them into a segment.
 */

/** @typedef {{ bytes: Uint8Array, sizes: number[] }} Laid a batch as `apus_store_pack` takes it */

const GROUP = 32; // texts encoded at a time: twice as fast as one by one, or all at once
const SPARE = 1 << 20; // bytes of a buffer that is kept for reuse, at most
const utf8 = new TextEncoder();

/** Buffers to reuse. @type {ArrayBuffer[]} */
const spare = [];

/** Keeps a batch's buffer for reuse. @param {ArrayBufferLike} buffer */
export function recycle(buffer) {
  if (spare.length < 4 && buffer.byteLength <= SPARE)
    spare.push(/** @type {ArrayBuffer} */ (buffer));
}

/** See include/apus/store/batch.h. */
export class Batch {
  /** @type {import("./encode.js").Change[]} in the order of the rows */
  changes = [];
  /** Characters and bytes so far. */
  size = 0;
  /** The texts so far, in bytes. */ #bytes = new Uint8Array(spare.pop() ?? new ArrayBuffer(4096));
  #at = 0;
  /** Texts that are not bytes yet. @type {string[]} */ #texts = [];
  /** @type {string[]} */ #keys = [];
  /** @type {Uint8Array[]} */ #raw = [];
  /** @type {Map<string, number>} the tags of a set -> its number */ #sets = new Map();
  /** @type {number[]} */ #stamps = [];
  /** @type {number[]} */ #expiries = [];
  /** @type {number[]} */ #keyUnits = [];
  /** @type {number[]} */ #valueUnits = [];
  /** @type {number[]} */ #meta = [];

  /**
   * Appends a change; its value is encoded now.
   * @param {import("./encode.js").Change} change
   * @param {number} large characters; a larger value does not share a batch
   * @returns {boolean} false when it was not appended for that reason
   * @throws whatever the value's `toJSON` throws; `TypeError` for a value that has no JSON
   */
  add(change, large) {
    const { kind, key, value, tags } = change;
    let units = 0;
    if (kind === TEXT) {
      const json = encode(value);
      units = json.length;
      if (units > large && this.changes.length) return false;
      if (this.#texts.push(json) === GROUP) this.#lay();
    } else if (kind === RAW) {
      const bytes = /** @type {Uint8Array} */ (value);
      units = bytes.length;
      if (units > large && this.changes.length) return false;
      this.#raw.push(bytes);
    }
    const name = toText(key);
    this.#keys.push(name);
    this.changes.push(change);
    this.#stamps.push(change.stamp);
    this.#expiries.push(change.expiresAt);
    this.#keyUnits.push(name.length);
    this.#valueUnits.push(units);
    this.#meta.push(
      kind |
        ((change.priority & 0xff) << BATCH_PRIORITY_SHIFT) |
        ((tags.length ? this.#set(tags) : 0) << BATCH_TAG_SET_SHIFT),
    );
    this.size += units + key.length;
    return true;
  }

  /** The finished batch: texts, raw bytes, keys, tag sets, then the columns. Call it once. */
  finish() {
    if (this.#texts.length) this.#lay();
    const ends = [this.#at];
    for (const bytes of this.#raw) this.#append(bytes);
    ends.push(this.#at);
    this.#encode(`${this.#keys.join("\n")}\n`);
    ends.push(this.#at);
    for (const set of this.#sets.keys()) {
      const bytes = utf8.encode(set.split("\0").map(toText).join("\0"));
      this.#append(new Uint8Array(Uint32Array.of(bytes.length).buffer));
      this.#append(bytes);
    }
    ends.push(this.#at);
    this.#at = (this.#at + 7) & ~7;
    for (const column of [this.#stamps, this.#expiries])
      this.#append(new Uint8Array(Float64Array.from(column).buffer));
    for (const column of [this.#keyUnits, this.#valueUnits, this.#meta])
      this.#append(new Uint8Array(Uint32Array.from(column).buffer));
    const sizes = ends.map((end, i) => end - (ends[i - 1] ?? 0));
    return { bytes: this.#bytes.subarray(0, this.#at), sizes: [this.changes.length, ...sizes] };
  }

  #lay() {
    this.#encode(`${this.#texts.join(",")},`);
    this.#texts = [];
  }

  /** @param {string} text */
  #encode(text) {
    this.#room(text.length * 3);
    this.#at += utf8.encodeInto(text, this.#bytes.subarray(this.#at)).written;
  }

  /** @param {Uint8Array} bytes */
  #append(bytes) {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** @param {number} bytes */
  #room(bytes) {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }

  /** @param {string[]} tags */
  #set(tags) {
    const text = tags.join("\0");
    let number = this.#sets.get(text);
    if (!number) {
      number = this.#sets.size + 1;
      this.#sets.set(text, number);
    }
    return number;
  }
}
