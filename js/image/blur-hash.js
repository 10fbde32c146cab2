import { checkOptions, integerIn, string } from "../core/check.js";
import { ApusError } from "../core/errors.js";
import { loadWasm } from "../core/wasm.js";

/** px; more than a placeholder shows */
const MAX_SIDE = 128;
const side = integerIn(1, MAX_SIDE);

/**
 * The picture of a BlurHash, some microseconds of work.
 * @param {string} hash 6 to 166 characters
 * @param {{ width?: number, height?: number }} [options] of the picture, px, 1 to 128; 32
 * @returns {Promise<ImageData>}
 * @throws {TypeError | RangeError} for a bad argument
 * @throws {ApusError} `BLURHASH_INVALID`: the text is no BlurHash; `WASM_UNAVAILABLE`; `OUT_OF_MEMORY`
 */
export async function decodeBlurHash(hash, options = {}) {
  string(hash, "decodeBlurHash: hash");
  checkOptions("decodeBlurHash", options, { width: side, height: side });
  const { width = 32, height = 32 } = options;
  // Every character of a hash is one byte; others become a byte that no hash has.
  const bytes = Uint8Array.from(hash.slice(0, 200), (character) => {
    const code = character.charCodeAt(0);
    return code < 128 ? code : 0;
  });
  const core = await loadWasm("image");
  const size = 4 * width * height;
  const pixels = core.apus_buffer(size + bytes.length);
  if (!pixels) throw new ApusError("OUT_OF_MEMORY", "decodeBlurHash: no memory for the picture");
  core.memory.u8.set(bytes, pixels + size);
  if (!core.apus_image_blur_hash(pixels + size, bytes.length, width, height, pixels)) {
    throw new ApusError("BLURHASH_INVALID", `blurhash: "${hash.slice(0, 200)}" is no BlurHash`);
  }
  const data = new Uint8ClampedArray(core.memory.u8.slice(pixels, pixels + size).buffer);
  return new ImageData(data, width, height);
}
