// Node only: shared by the bundler plugins and the command line.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, parse, resolve } from "node:path";
import { checkOptions, integerIn, string } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";
import { encodeBlurHash } from "./blur-hash.node.js";

/**
 * What `<apus-image>` and `imageSources` take.
 * @typedef {object} BuiltImage
 * @property {string} src a template with `{width}` and `{format}`; the URL of an image without variants
 * @property {number[]} widths px, ascending; empty without variants
 * @property {string[]} formats the preferred one first; empty without variants
 * @property {number} width of the original as it is seen, px
 * @property {number} height of the original as it is seen, px
 * @property {string} blurhash empty for an image with transparency, which would not hide it
 */

/**
 * @typedef {object} VariantOptions
 * @property {number[]} [widths] px, 1 to 16,383; 320, 640, 1280, 1920. Wider ones than the original
 *   become the original's
 * @property {string[]} [formats] avif, webp, jpg, jpeg or png, the preferred one first; avif, webp, jpg.
 *   An image with transparency has png instead of jpg
 * @property {Record<string, number>} [quality] 1 to 100 by format; default: sharp's
 * @property {string | false} [cache] the folder for files of earlier builds, which may be deleted at any
 *   time; node_modules/.cache/apus-image
 */

/**
 * An image and its files.
 * @typedef {object} Built
 * @property {BuiltImage} image `src` is a file name, or a template of file names
 * @property {Map<string, () => Promise<Uint8Array>>} files how to get the content, by file name
 */

/** @typedef {typeof import("sharp").default} Sharp */
/** @typedef {{ width: number, height: number, opaque: boolean, variants: boolean, blurhash: string }} Facts */

/** Part of the files' names: raise it when the same input gives other files. */
const VERSION = 1;
/** The default of `cache`. */
export const CACHE = "node_modules/.cache/apus-image";
const formats = ["avif", "webp", "jpg", "jpeg", "png"];
/** px; WebP has no wider files */
const width = integerIn(1, 16_383);
const percent = integerIn(1, 100);

/** @param {(value: any, name: string) => void} check @returns {import("../../core/check.js").Check} */
const each = (check) => (values, name) => {
  if (!Array.isArray(values) || !values.length) throw new TypeError(`${name} must be a list`);
  for (const value of values) check(value, name);
};

/** @type {import("../../core/check.js").Check} */
const format = (value, name) => {
  if (!formats.includes(value)) {
    throw new TypeError(`${name} must be of ${formats.join(", ")}, got "${value}"`);
  }
};

/**
 * @param {string} where the public function
 * @param {unknown} options
 * @param {Record<string, (value: unknown, name: string) => void>} [more] its own options
 * @throws {TypeError | RangeError} names the option
 */
export function checkVariants(where, options, more = {}) {
  checkOptions(where, options, {
    widths: each(width),
    formats: each(format),
    quality: (value, name) =>
      checkOptions(name, value, Object.fromEntries(formats.map((it) => [it, percent]))),
    cache: (value, name) => value === false || string(value, name),
    ...more,
  });
}

/**
 * An image's variants at some widths and formats: turned as its EXIF says, in sRGB, without metadata,
 * never wider than the original. Animations and SVG stay as they are. The files' names have a hash of
 * the original's bytes. Nothing is encoded before a file is asked for; an AVIF takes a second or more
 * a megapixel, and nothing at the next build.
 * @param {string} path of the original
 * @param {VariantOptions} options checked by `checkVariants`
 * @returns {Promise<Built>}
 * @throws {ApusError} `NO_SHARP`: the package sharp is not installed; `IMAGE_INVALID`: the file is no image
 *   that sharp reads
 */
export async function variantsOf(path, options) {
  const { quality = {}, cache = CACHE } = options;
  const sharp = await loadSharp();
  const bytes = await readFile(path);
  const hash = createHash("sha256")
    .update(JSON.stringify([VERSION, quality]))
    .update(bytes);
  const { name, ext } = parse(path);
  const key = hash.digest("hex").slice(0, 16);
  const stem = `${name.replace(/[^\w-]+/g, "-")}-${key}`;
  const cached = (/** @type {string} */ file, /** @type {() => Promise<Uint8Array>} */ make) =>
    cache === false ? make() : stored(resolve(cache, file), make);
  /** @param {() => Promise<any>} work */
  const named = (work) =>
    work().catch((cause) => {
      throw new ApusError("IMAGE_INVALID", `${path}: ${cause.message}`, { cause });
    });

  const text = await cached(`${key}.json`, () =>
    named(async () => Buffer.from(JSON.stringify(await factsOf(sharp, bytes)))),
  );
  /** @type {Facts} */
  const facts = JSON.parse(Buffer.from(text).toString());
  const image = { width: facts.width, height: facts.height, blurhash: facts.blurhash };
  if (!facts.variants) {
    const file = stem + ext.toLowerCase();
    const files = new Map([[file, async () => bytes]]);
    return { image: { src: file, widths: [], formats: [], ...image }, files };
  }

  const { widths = [320, 640, 1280, 1920], formats = ["avif", "webp", "jpg"] } = options;
  const fitting = widths.map((it) => Math.min(it, facts.width)).sort((a, b) => a - b);
  const shown = formats.map((it) => (!facts.opaque && /^jpe?g$/.test(it) ? "png" : it));
  /** @type {BuiltImage} */
  const built = {
    src: `${stem}-{width}.{format}`,
    widths: [...new Set(fitting)],
    formats: [...new Set(shown)],
    ...image,
  };
  /** @type {Built["files"]} */
  const files = new Map();
  for (const format of built.formats) {
    for (const width of built.widths) {
      files.set(`${stem}-${width}.${format}`, () =>
        cached(`${key}-${width}.${format}`, () =>
          named(() =>
            sharp(bytes)
              .autoOrient()
              .resize({ width })
              .toFormat(/** @type {"avif"} */ (format), {
                quality: quality[format],
                ...(/^jpe?g$/.test(format) && { mozjpeg: true }),
              })
              .toBuffer(),
          ),
        ),
      );
    }
  }
  return { image: built, files };
}

/**
 * Writes an image's variants into a folder, for pages without a bundler.
 * @param {string} path of the original
 * @param {VariantOptions & { folder: string, url?: string }} options `folder` for the files, made when it is
 *   missing; `url`: the folder's URL, which `src` begins with; "./"
 * @returns {Promise<BuiltImage>}
 * @throws {TypeError | RangeError} for a bad argument
 * @throws {ApusError} `NO_SHARP`: the package sharp is not installed; `IMAGE_INVALID`: the file is no image
 *   that sharp reads
 */
export async function writeVariants(path, options) {
  string(path, "writeVariants: path");
  checkVariants("writeVariants", options, { folder: string, url: string });
  const { folder, url = "./", ...more } = options;
  string(folder, "writeVariants: folder");
  const { image, files } = await variantsOf(path, more);
  const written = [...files].map(([name, content]) => stored(join(folder, name), content));
  await Promise.all(written);
  return { ...image, src: url.replace(/\/?$/, "/") + image.src };
}

/**
 * The content of a file, which is made and kept when it is missing. Its name depends on what it holds.
 * @param {string} path @param {() => Promise<Uint8Array>} make
 * @returns {Promise<Uint8Array>}
 */
export async function stored(path, make) {
  const kept = await readFile(path).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (kept) return kept;
  const content = await make();
  await mkdir(dirname(path), { recursive: true });
  // Whole or not at all, also when a build is stopped or two builds run.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, path);
  return content;
}

/** @returns {Promise<Sharp>} */
async function loadSharp() {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    const hint = "images need the package sharp: npm install --save-dev sharp";
    throw new ApusError("NO_SHARP", hint, { cause });
  }
}

/** @param {Sharp} sharp @param {Uint8Array} bytes @returns {Promise<Facts>} */
async function factsOf(sharp, bytes) {
  const { format, pages = 1, hasAlpha, autoOrient } = await sharp(bytes).metadata();
  const opaque = !hasAlpha || (await sharp(bytes).stats()).isOpaque;
  const variants = format !== "svg" && pages === 1;
  let blurhash = "";
  if (opaque) {
    const across = autoOrient.width < autoOrient.height ? 3 : 4;
    const small = sharp(bytes).autoOrient().resize(32, 32, { fit: "fill" }).flatten();
    const pixels = await small.toColourspace("srgb").raw().toBuffer();
    blurhash = encodeBlurHash(pixels, 32, 32, across, 7 - across);
  }
  return { ...autoOrient, opaque, variants, blurhash };
}
