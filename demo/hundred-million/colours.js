/**
 * Every colour a screen can show, each once. From one to the next a single bit
 * changes (a Gray code); the bits that count most change most often, so that
 * any screenful is a motley one.
 * @param {import("../../js/elements/apus-list.js").ApusList} list
 */
export function colours(list) {
  list.renderItem = (/** @type {number} */ code, _, tile) => {
    const name = `#${code.toString(16).padStart(6, "0")}`;
    tile.className = luminance(code) > 0.179 ? "tile light" : "tile";
    tile.style.setProperty("background-color", name);
    tile.textContent = name;
  };
  list.source = {
    length: 2 ** 24,
    getRange: (/** @type {number} */ start, /** @type {number} */ end) =>
      Array.from({ length: end - start }, (_, at) => spread(start + at)),
  };
}

/** Deals the bits of a Gray code to the three channels, the lowest to their top. @param {number} place */
function spread(place) {
  const gray = place ^ (place >> 1);
  let code = 0;
  for (let bit = 0; bit < 24; bit++) {
    if ((gray >> bit) & 1) code |= 1 << ((bit % 3) * 8 + 7 - Math.floor(bit / 3));
  }
  return code;
}

/**
 * Relative luminance as WCAG 2 defines it: above 0.179 black text has more
 * contrast than white, and either has 4.5:1 on its side.
 * @param {number} code 0xRRGGBB @returns {number} 0 to 1
 */
function luminance(code) {
  const channel = (/** @type {number} */ shift) => {
    const value = ((code >> shift) & 255) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
}
