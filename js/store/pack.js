import {
  PACKED_BODY,
  PACKED_BODY_BYTES,
  PACKED_HEAD,
  PACKED_HEAD_BYTES,
  STATUS_OK,
} from "../../dist/layout.js";
import { PIECE } from "./records.js";

/**
 * Packing, as both the page and its worker do it.
 */

/** @typedef {{ head: Uint8Array, body: Uint8Array[], size: number }} Segment the body in pieces, its bytes in all */
/** @typedef {Pick<import("../core/wasm.js").Wasm<"store">, "memory" | "apus_store_pack" | "apus_store_packed">} PackingCore */

/**
 * Packs entries into a segment.
 * @param {PackingCore} core @param {number} engine its address
 * @param {import("./batch.js").Laid} laid
 * @param {number} wall ms @param {number} level zstd's
 * @returns {Segment}
 * @throws {RangeError} when memory is exhausted
 */
export function pack(core, engine, { bytes, sizes }, wall, level) {
  const at = core.memory.write(bytes);
  const [entries, texts, raw, keys, sets] = sizes;
  done(core.apus_store_pack(engine, at, entries, texts, raw, keys, sets, wall, level));
  return packed(core, engine);
}

/** @param {number} status @throws {RangeError} unless it is `STATUS_OK` */
export function done(status) {
  if (status !== STATUS_OK) throw new RangeError(`a segment could not be packed: status ${status}`);
}

/** The segment that the engine packed last. @param {PackingCore} core @param {number} engine */
export function packed({ memory: { u8, u32 }, apus_store_packed }, engine) {
  const at = apus_store_packed(engine) >>> 2;
  const head = u32[at + PACKED_HEAD];
  const body = u32[at + PACKED_BODY];
  const size = u32[at + PACKED_BODY_BYTES];
  const pieces = [];
  for (let from = 0; from < size; from += PIECE)
    pieces.push(u8.slice(body + from, body + Math.min(size, from + PIECE)));
  return { head: u8.slice(head, head + u32[at + PACKED_HEAD_BYTES]), body: pieces, size };
}
