// Node only.
import { dirname, join, resolve } from "node:path";
import { string } from "../../core/check.js";
import { asked, moduleOf } from "./module.node.js";
import { CACHE, checkVariants, stored, variantsOf } from "./variants.node.js";

/** @typedef {import("./variants.node.js").VariantOptions} VariantOptions */

/**
 * A plugin for esbuild that makes the variants of images.
 *
 *     import { imageVariants } from "apus/image/esbuild";
 *     await build({ …, publicPath: "/built/", plugins: [imageVariants()] });
 *
 *     import photo from "./photo.jpg?apus";
 *     Object.assign(document.querySelector("apus-image"), photo);
 *
 * As with esbuild's own loader "file", URLs begin with `publicPath`; without one they are relative to
 * the page, which then has to be in `outdir`.
 * @param {VariantOptions & { folder?: string }} [options] `folder`: of the files in `outdir`; "assets"
 * @returns {import("esbuild").Plugin}
 * @throws {TypeError | RangeError} for a bad option. The build fails with `NO_SHARP` when the package sharp
 *   is not installed, and with `IMAGE_INVALID` for a file that is no image
 */
export function imageVariants(options = {}) {
  checkVariants("imageVariants", options, { folder: string });
  const { cache = CACHE, folder = "assets", ...defaults } = options;
  return {
    name: "apus-image-variants",
    setup(build) {
      const { absWorkingDir: root = process.cwd(), ...initial } = build.initialOptions;
      const out = resolve(root, initial.outdir ?? dirname(initial.outfile ?? "x"));
      /** @type {Map<string, () => Promise<Uint8Array>>} */
      const files = new Map();
      build.onStart(() => files.clear());
      build.onResolve({ filter: /\?(.*&)?apus\b/ }, async ({ path, ...more }) => {
        const image = asked(path);
        if (!image) return undefined;
        const { importer, namespace, resolveDir, kind } = more;
        const found = await build.resolve(image.path, { importer, namespace, resolveDir, kind });
        if (found.errors.length || found.external) return found;
        return { path: found.path, suffix: image.query, namespace: "apus-image" };
      });
      build.onLoad({ filter: /.*/, namespace: "apus-image" }, async ({ path, suffix }) => {
        const { options = {} } = asked(path + suffix) ?? {};
        checkVariants(path + suffix, options);
        const built = await variantsOf(path, {
          ...defaults,
          ...options,
          cache: cache && resolve(root, cache),
        });
        for (const [name, content] of built.files) files.set(join(out, folder, name), content);
        const [first] = built.files.keys();
        const base = (initial.publicPath ?? ".").replace(/\/?$/, "/");
        const url = JSON.stringify(`${base}${folder}/${first}`);
        return { contents: moduleOf(built, url), loader: "js", watchFiles: [path] };
      });
      build.onEnd(async ({ errors, outputFiles }) => {
        if (errors.length) return;
        const made = [...files].map(async ([path, content]) => {
          if (!outputFiles) return void (await stored(path, content));
          const contents = await content(); // write: false
          outputFiles.push({ path, contents, hash: "", text: "" });
        });
        await Promise.all(made);
      });
    },
  };
}
