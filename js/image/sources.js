/** MIME types by the name of a format, which is also the files' extension. */
const types = /** @type {Record<string, string>} */ ({
  avif: "image/avif",
  webp: "image/webp",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
});

/**
 * @typedef {object} Variants
 * @property {string} src the URL of the image, or a template with `{width}` and `{format}`
 * @property {number[]} [widths] px, of the files; whole numbers
 * @property {string[]} [formats] avif, webp, jpg, jpeg or png, the preferred one first; the last is for
 *   every browser
 * @property {string | URL} [base] what relative URLs refer to; default: the page
 */

/**
 * What `<source>` and `<img>` need for the files of a template.
 * @param {Variants} variants
 * @returns {{ type: string, srcset: string, src: string }[]} one for each format; `src` is the widest
 * @throws {TypeError} when `src` is missing or no URL, a format is unknown, or a list is missing
 * @throws {RangeError} for a width that is not a whole number from 1 to 65,535
 */
export function imageSources({ src, widths = [], formats = [], base = document.baseURI }) {
  if (typeof src !== "string" || !src) throw new TypeError(`src must be a URL, got "${src}"`);
  const [byWidth, byFormat] = ["{width}", "{format}"].map((name) => src.includes(name));
  if (byWidth && !widths.length) throw new TypeError("widths must name those of {width} in src");
  if (byFormat && !formats.length)
    throw new TypeError("formats must name those of {format} in src");
  for (const width of widths) {
    if (!Number.isInteger(width) || width < 1 || width > 65_535) {
      throw new RangeError(`widths must be whole numbers from 1 to 65535, got ${width}`);
    }
  }
  for (const format of formats) {
    if (!Object.hasOwn(types, format)) {
      throw new TypeError(`formats must be of ${Object.keys(types).join(", ")}, got "${format}"`);
    }
  }
  const ascending = byWidth ? [...new Set(widths)].sort((a, b) => a - b) : [0];
  return (byFormat ? formats : [""]).map((format) => {
    const files = ascending.map((width) => {
      const path = src.replaceAll("{width}", String(width)).replaceAll("{format}", format);
      // A comma at the end would be taken for the list's.
      return { width, url: new URL(path, base).href.replace(/,+$/, encodeURIComponent) };
    });
    return {
      type: types[format] ?? "",
      srcset: files.map(({ width, url }) => (width ? `${url} ${width}w` : url)).join(", "),
      src: /** @type {{ url: string }} */ (files.at(-1)).url,
    };
  });
}
