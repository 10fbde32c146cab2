// Events as what changed since the one before of the same subject: their payloads are deltas as
// include/apus/sync/delta.h reads them.
import { Bases, MOST, subjectOf } from "../../sync/live/bases.js";

/** @typedef {import("../streams.node.js").StreamEvent} StreamEvent */

const BLOCK = 8; // bytes that are equal, at least
const STEP = 4; // bytes between two blocks of the base that can be found
const LEAST = 64; // bytes of a payload for which it is worth while
const WHOLE = 50; // deltas after which a payload is whole, for a client that lacks the base

/** By event, for all groups that it is sent to. @type {WeakMap<StreamEvent, Uint8Array>} */
const payloads = new WeakMap();

/**
 * Of one group of subscribers, who have all been sent the same since the last one joined. What was sent
 * before that is no base.
 */
export class Deltas {
  #bases = new Bases();
  #epoch = 0;

  /** Someone joins. */
  clear() {
    this.#bases.clear();
  }

  /**
   * @param {number} epoch @param {StreamEvent[]} events that are sent next
   * @returns {{ offset: number, text: string, bytes?: Uint8Array }[]}
   */
  packed(epoch, events) {
    if (epoch !== this.#epoch) this.clear();
    this.#epoch = epoch;
    return events.map((event) => this.#pack(event));
  }

  /** @param {StreamEvent} event */
  #pack(event) {
    const { epoch, offset, time, type, key } = event;
    const subject = subjectOf(type, key ?? 0);
    const payload = payloadOf(event);
    const base = this.#bases.get(subject);
    this.#bases.delete(subject);
    if (payload.length > MOST) return event;
    const found =
      base && base.deltas < WHOLE && payload.length >= LEAST && deltaOf(base.bytes, payload);
    const delta = found && found.length < payload.length * 0.75 ? found : undefined;
    const deltas = base && delta ? base.deltas + 1 : 0;
    this.#bases.set(subject, { epoch, offset, bytes: payload, deltas });
    const bytes = delta ?? payload;
    const head = `${time},${JSON.stringify(type)},0,${key ? JSON.stringify(key) : 0}`;
    const at = base && delta ? base.offset : -1;
    const text = `${head},${bytes.length},${at},${event.bytes ? 0 : 1}`;
    return { offset, text, bytes };
  }
}

/** @param {StreamEvent} event */
function payloadOf(event) {
  const payload =
    event.bytes ?? payloads.get(event) ?? Buffer.from(JSON.stringify(event.data ?? null));
  if (!event.bytes) payloads.set(event, payload);
  return payload;
}

/**
 * The delta that makes `target` of `base`: the longest copies that begin at equal blocks, and the bytes
 * between them. O(base + target) expected.
 * @param {Uint8Array} base @param {Uint8Array} target both of at most `MOST` bytes
 * @returns {Uint8Array}
 */
export function deltaOf(base, target) {
  /** @type {number[]} */
  const out = [];
  put(out, target.length);
  const bits = Math.max(4, 32 - Math.clz32(base.length >> 1));
  const table = new Int32Array(1 << bits).fill(-1);
  for (let at = 0; at + BLOCK <= base.length; at += STEP) table[hash(base, at, bits)] = at;
  let added = 0; // what comes before is written
  for (let at = 0; at + BLOCK <= target.length; ) {
    let from = table[hash(target, at, bits)];
    if (from < 0 || target[at] !== base[from]) {
      at++;
      continue;
    }
    let end = at;
    for (let it = from; end < target.length && it < base.length && base[it] === target[end]; it++)
      end++;
    if (end - at < BLOCK) {
      at++;
      continue;
    }
    let begin = at;
    for (; begin > added && from > 0 && base[from - 1] === target[begin - 1]; from--) begin--;
    add(out, target, added, begin);
    put(out, (end - begin) * 2 + 1);
    put(out, from);
    added = end;
    at = end;
  }
  add(out, target, added, target.length);
  return Uint8Array.from(out);
}

/** @param {number[]} out @param {Uint8Array} bytes @param {number} from @param {number} to */
function add(out, bytes, from, to) {
  if (from === to) return;
  put(out, (to - from) * 2);
  for (let at = from; at < to; at++) out.push(bytes[at]);
}

/** @param {number[]} out @param {number} number */
function put(out, number) {
  let rest = number;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

/** Of a block. @param {Uint8Array} bytes @param {number} at @param {number} bits */
function hash(bytes, at, bits) {
  const one = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  const two = bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24);
  return Math.imul(Math.imul(one, 0x9e3779b1) ^ two, 0x85ebca6b) >>> (32 - bits);
}
