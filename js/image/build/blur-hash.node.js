// Node only.
const digits =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/** @param {number} value @param {number} count of digits */
function base83(value, count) {
  let text = "";
  for (let at = count - 1; at >= 0; at--) text += digits[Math.floor(value / 83 ** at) % 83];
  return text;
}

/** @param {number} level sRGB, 0 to 255 @returns {number} light, 0 to 1 */
const linear = (level) =>
  level <= 0.04045 * 255 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;

/** @param {number} light 0 to 1 @returns {number} sRGB level, 0 to 255 */
const level = (light) =>
  Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));

/**
 * The BlurHash of a picture: its first cosine waves in each direction.
 * https://github.com/woltapp/blurhash/blob/master/Algorithm.md. O(width * height * across * down),
 * so give it a small picture.
 * @param {Uint8Array} pixels RGB, row by row
 * @param {number} width px @param {number} height px
 * @param {number} across waves, 1 to 9 @param {number} down waves, 1 to 9
 * @returns {string} 4 + 2 * across * down characters
 */
export function encodeBlurHash(pixels, width, height, across, down) {
  const light = Float64Array.from(pixels, linear);
  /** Red, green and blue of each wave. @type {number[][]} */
  const waves = [];
  for (let j = 0; j < down; j++) {
    for (let i = 0; i < across; i++) {
      const sums = [0, 0, 0];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const wave = Math.cos((Math.PI * i * x) / width) * Math.cos((Math.PI * j * y) / height);
          for (let c = 0; c < 3; c++) sums[c] += wave * light[3 * (x + y * width) + c];
        }
      }
      const scale = (i || j ? 2 : 1) / (width * height);
      waves.push(sums.map((sum) => sum * scale));
    }
  }
  const [average, ...others] = waves;
  const most = Math.max(0, ...others.flat().map(Math.abs));
  const quantum = Math.max(0, Math.min(82, Math.floor(most * 166 - 0.5)));
  const quantized = (/** @type {number} */ value) => {
    const part = (value * 166) / (quantum + 1);
    return Math.max(0, Math.min(18, Math.floor(Math.sign(part) * Math.abs(part) ** 0.5 * 9 + 9.5)));
  };
  const [red, green, blue] = average.map(level);
  return [
    base83(across - 1 + 9 * (down - 1), 1),
    base83(quantum, 1),
    base83((red << 16) | (green << 8) | blue, 4),
    ...others.map((wave) =>
      base83(
        wave.reduce((sum, it) => 19 * sum + quantized(it), 0),
        2,
      ),
    ),
  ].join("");
}
