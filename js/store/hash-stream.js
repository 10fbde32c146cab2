import { granted } from "../core/memory.js";
import { nextTurn, SLICE } from "./turns.js";

/** The part of `hasher` for what need not fit in memory; it loads at its first use. */

/** @typedef {import("../core/wasm.js").Wasm<"store">} Core */

const PIECE = 1 << 20; // bytes of a chunk that are in WebAssembly at a time

/** @typedef {import("./hash.js").HashStreamOptions} HashStreamOptions */

/**
 * @param {Core} core @param {Blob | ReadableStream<Uint8Array>} source @param {HashStreamOptions} options
 * @returns {Promise<bigint>} see `ContentHasher`
 */
export async function hashStream(core, source, { signal, onprogress }) {
  const reader = (source instanceof Blob ? source.stream() : source).getReader();
  const stop = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", stop);
  let state = 0;
  try {
    signal?.throwIfAborted();
    state = granted(core.apus_store_hasher_new());
    let bytes = 0;
    let until = performance.now() + SLICE;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      if (!(value instanceof Uint8Array))
        throw new TypeError("hashStream: the stream's chunks must be Uint8Arrays");
      for (let at = 0; at < value.length; at += PIECE) {
        const piece = value.subarray(at, at + PIECE);
        core.apus_store_hasher_update(state, core.memory.write(piece), piece.length);
        if (performance.now() > until) {
          await nextTurn();
          signal?.throwIfAborted();
          until = performance.now() + SLICE;
        }
      }
      bytes += value.length;
      onprogress?.(bytes);
    }
    const at = core.memory.room(8);
    core.apus_store_hasher_digest(state, at);
    return new DataView(core.memory.u8.buffer).getBigUint64(at, true);
  } catch (error) {
    void reader.cancel(error).catch(() => {});
    throw error;
  } finally {
    core.apus_store_hasher_delete(state); // of 0: nothing
    signal?.removeEventListener("abort", stop);
  }
}
