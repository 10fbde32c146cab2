import { abortSignal, checkOptions, func } from "../core/check.js";
import { loadWasm } from "../core/wasm.js";

/**
 * @typedef {object} HashStreamOptions
 * @property {AbortSignal} [signal] cancels the stream
 * @property {(bytes: number) => void} [onprogress] after each chunk, with the bytes so far
 *
 * @typedef {object} ContentHasher
 * @property {(content: string | Uint8Array) => bigint} hash the 64 bits of one content
 * @property {(contents: readonly (string | Uint8Array)[]) => BigUint64Array} hashMany those of many, in one
 *   call of WebAssembly: O(bytes), and a fraction of the time of as many `hash`
 * @property {(source: Blob | ReadableStream<Uint8Array>, options?: HashStreamOptions) => Promise<bigint>} hashStream
 *   that of a file or stream of any size, with one chunk in memory at a time. Rejects with the stream's
 *   error, the signal's reason, or a `TypeError`: for a source of another kind, a stream that is locked,
 *   chunks that are not bytes. The stream is then cancelled
 */

const utf8 = new TextEncoder();

/**
 * Loads xxHash64 with seed 0 and the store's WebAssembly, where it is; its functions are synchronous.
 * For content hashes and checksums, not against forgery. A string is hashed as its UTF-8.
 * @returns {Promise<ContentHasher>} whose functions throw a `TypeError` for anything but strings and
 *   `Uint8Array`, a `RangeError` when WebAssembly has no memory for the contents
 * @throws {import("../core/errors.js").ApusError} `WASM_UNAVAILABLE`
 */
export async function hasher() {
  const core = await loadWasm("store");
  const hashMany = (/** @type {readonly (string | Uint8Array)[]} */ contents) =>
    many(core, contents);
  return {
    hash: (content) => run(core, [content], "hash: content")[0],
    hashMany,
    async hashStream(source, options = {}) {
      if (!(source instanceof ReadableStream || source instanceof Blob))
        throw new TypeError("hashStream: source must be a Blob or a ReadableStream");
      checkOptions("hashStream", options, streamChecks);
      return (await import("./hash-stream.js")).hashStream(core, source, options);
    },
  };
}

const streamChecks = { signal: abortSignal, onprogress: func };

/** @param {import("../core/wasm.js").Wasm<"store">} core @param {readonly (string | Uint8Array)[]} contents */
function many(core, contents) {
  if (!Array.isArray(contents)) throw new TypeError("hashMany: contents must be an array");
  return run(core, contents, "hashMany: a content");
}

/**
 * In the bulk buffer: the hashes, the ends of the contents, the contents.
 * @param {import("../core/wasm.js").Wasm<"store">} core
 * @param {readonly (string | Uint8Array)[]} contents @param {string} name for errors
 */
function run(core, contents, name) {
  const { memory } = core;
  const count = contents.length;
  let most = 0;
  let strings = true;
  for (const content of contents) {
    if (typeof content === "string") most += 3 * content.length;
    else if (content instanceof Uint8Array) {
      most += content.length;
      strings = false;
    } else throw new TypeError(`${name} must be a string or a Uint8Array`);
  }
  const at = memory.room(12 * count + most);
  const ends = (at >>> 2) + 2 * count;
  const start = at + 12 * count;
  const { u8, u32 } = memory;
  const text = strings && contents.join("");
  const written = text ? utf8.encodeInto(text, u8.subarray(start, start + most)).written : 0;
  if (text && written === text.length) {
    let end = 0; // ASCII alone: as many bytes as code units
    for (let i = 0; i < count; i++) u32[ends + i] = end += contents[i].length;
  } else {
    let end = start;
    for (let i = 0; i < count; i++) {
      const content = contents[i];
      if (typeof content === "string")
        end += utf8.encodeInto(content, u8.subarray(end, start + most)).written;
      else {
        u8.set(content, end);
        end += content.length;
      }
      u32[ends + i] = end - start;
    }
  }
  core.apus_store_hash(at, count);
  return new BigUint64Array(u8.slice(at, at + 8 * count).buffer);
}
