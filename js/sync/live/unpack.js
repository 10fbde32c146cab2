import { loadWasm } from "../../core/wasm.js";
import { Bases, MOST, subjectOf } from "./bases.js";
import { decode, encode } from "./frames.js";

/** @typedef {import("./frames.js").Message} Message */
/** @typedef {import("../../core/wasm.js").Wasm<"sync">} Wasm */

/** Subscriptions of a connection whose bases are kept. */
const SUBSCRIPTIONS = 100;

/** By connection and subscription. @type {WeakMap<object, Map<unknown, Bases>>} */
const known = new WeakMap();

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads and writes frames with payloads, and makes events whole that came as deltas: of a channel with
 * `delta`, a payload is `[offset, time, type, 0, key, bytes, base, json]`. It is whole when `base` is
 * -1, and otherwise a delta against the payload of the same subject at the offset `base`. `json` is 1
 * for the UTF-8 text of JSON.
 */
export async function unpacker() {
  const wasm = await loadWasm("sync");
  return {
    encode,
    /** @param {unknown} frame @param {object} [link] of whose frames none may be left out */
    decode: (frame, link = wasm) => decode(frame).map((message) => whole(message, link, wasm)),
  };
}

/**
 * An event that cannot be made whole is left to be asked for: the message says then that all of its
 * events are missing.
 * @param {Message} message @param {object} link @param {Wasm} wasm @returns {Message}
 */
function whole(message, link, wasm) {
  const [kind, sub, epoch, prev, last, events] = /** @type {any[]} */ (message);
  if (kind !== "ev") return message;
  const plain = events.every((/** @type {any[]} */ event) => event.length < 7);
  if (plain && !known.get(link)?.has(sub)) return message;
  const all = known.get(link) ?? new Map();
  known.set(link, all);
  const bases = all.get(sub) ?? new Bases();
  all.delete(sub);
  all.set(sub, bases);
  if (all.size > SUBSCRIPTIONS) all.delete(all.keys().next().value);
  const rows = events.map((/** @type {any[]} */ event) => row(event, epoch, bases, wasm));
  return rows.includes(undefined)
    ? ["ev", sub, epoch, last, last, []]
    : ["ev", sub, epoch, prev, last, rows];
}

/** @param {any[]} event @param {number} epoch @param {Bases} bases @param {Wasm} wasm */
function row(event, epoch, bases, wasm) {
  const [offset, time, type, payload, key, , at, json] = event;
  const subject = subjectOf(type, key);
  const base = bases.get(subject);
  bases.delete(subject);
  if (event.length < 7) return event;
  if (payload.length > MOST) return undefined;
  try {
    const fits = base?.offset === at && base?.epoch === epoch ? base.bytes : undefined;
    const bytes = at === -1 ? payload.slice() : fits && applied(fits, payload, wasm);
    if (!bytes) return undefined;
    const data = json ? JSON.parse(utf8.decode(bytes)) : bytes.slice();
    bases.set(subject, { epoch, offset, bytes, deltas: 0 });
    return [offset, time, type, data, key];
  } catch {
    return undefined; // not JSON, or memory is refused
  }
}

/** @param {Uint8Array} base @param {Uint8Array} delta @param {Wasm} wasm */
export function applied(base, delta, wasm) {
  const { memory } = wasm;
  const from = memory.room(MOST + base.length + delta.length) + MOST;
  memory.u8.set(base, from);
  memory.u8.set(delta, from + base.length);
  const out = from - MOST;
  const [size, more] = [base.length, delta.length];
  const made = wasm.apus_sync_apply_delta(from, size, from + size, more, out);
  return made < 0 ? undefined : memory.u8.slice(out, out + made);
}
