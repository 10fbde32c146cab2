// Node only.
import { extname, join, resolve } from "node:path";
import { string } from "../../core/check.js";
import { asked, moduleOf } from "./module.node.js";
import { CACHE, checkVariants, variantsOf } from "./variants.node.js";

/** @typedef {import("./variants.node.js").VariantOptions} VariantOptions */

/** @typedef {{ root: string, base: string, command: string, build: { assetsDir: string }, server: { origin?: string } }} ViteConfig */

/** Where the development server has the files. */
const SERVED = "@apus-image/";

/**
 * A plugin for Vite, Rollup and Rolldown that makes the variants of images.
 *
 *     // vite.config.js
 *     import { imageVariants } from "apus/image/vite";
 *     export default { plugins: [imageVariants()] };
 *
 *     import photo from "./photo.jpg?apus";
 *     Object.assign(document.querySelector("apus-image"), photo);
 *
 * Vite's development server encodes a file when the page asks for it.
 * @param {VariantOptions & { folder?: string }} [options] `folder`: of the files in the build; Vite's
 *   `build.assetsDir`, else "assets"
 * @throws {TypeError | RangeError} for a bad option. The build fails with `NO_SHARP` when the package sharp
 *   is not installed, and with `IMAGE_INVALID` for a file that is no image
 */
export function imageVariants(options = {}) {
  checkVariants("imageVariants", options, { folder: string });
  const { cache = CACHE, folder, ...defaults } = options;
  /** @type {ViteConfig | undefined} */
  let vite;
  /** Of the development server, by name. @type {Map<string, () => Promise<Uint8Array>>} */
  const served = new Map();
  return {
    name: "apus-image-variants",
    enforce: /** @type {const} */ ("pre"),
    /** @param {ViteConfig} config */
    configResolved(config) {
      vite = config;
    },
    /**
     * @this {{ resolve(source: string, importer?: string, options?: object): Promise<{ id: string, external?: unknown } | null> }}
     * @param {string} source @param {string} [importer] @param {object} [more]
     */
    async resolveId(source, importer, more) {
      const image = asked(source);
      if (!image) return null;
      const found = await this.resolve(image.path, importer, { ...more, skipSelf: true });
      return found && !found.external ? found.id + image.query : found;
    },
    /**
     * @this {{ emitFile(file: object): string, addWatchFile(path: string): void }}
     * @param {string} id
     */
    async load(id) {
      const image = asked(id);
      if (!image) return null;
      checkVariants(id, image.options);
      this.addWatchFile(image.path);
      const root = vite?.root ?? process.cwd();
      const built = await variantsOf(image.path, {
        ...defaults,
        ...image.options,
        cache: cache && resolve(root, cache),
      });
      const [first] = built.files.keys();
      if (vite?.command === "serve") {
        for (const [name, content] of built.files) served.set(name, content);
        const url = `${vite.server.origin ?? ""}${vite.base}${SERVED}${first}`;
        return moduleOf(built, JSON.stringify(url));
      }
      const within = folder ?? vite?.build.assetsDir ?? "assets";
      const emitted = await Promise.all(
        [...built.files].map(async ([name, content]) =>
          this.emitFile({
            type: "asset",
            fileName: join(within, name).replaceAll("\\", "/"),
            source: await content(),
          }),
        ),
      );
      const reference = emitted[0];
      return moduleOf(
        built,
        vite ? `"__VITE_ASSET__${reference}__"` : `import.meta.ROLLUP_FILE_URL_${reference}`,
      );
    },
    /** @param {{ middlewares: { use(path: string, handle: Handle): unknown } }} server Vite's */
    configureServer({ middlewares }) {
      middlewares.use(`${vite?.base ?? "/"}${SERVED}`, async (request, response, next) => {
        const name = (request.url ?? "").replace(/^\/|\?.*/g, "");
        const content = served.get(name);
        if (!content) return next();
        try {
          const bytes = await content();
          response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
          response.setHeader("cache-control", "max-age=31536000, immutable");
          response.end(bytes);
        } catch (error) {
          next(error);
        }
      });
    },
  };
}

/** @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse, next: (error?: unknown) => void) => void} Handle */

/** MIME types by extension. @type {Record<string, string>} */
const types = {
  ".avif": "image/avif",
  ".webp": "image/webp",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
};
