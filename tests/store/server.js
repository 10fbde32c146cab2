// Bundles the store's modules in memory and serves them at /store/ next to its
// WebAssembly.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../tools/run.js";
import { serve } from "../../tools/serve.js";

/**
 * @param {string[]} [scripts] further modules of this folder to bundle
 * @param {Record<string, [string, Uint8Array | string]>} [more] path -> type and content
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveStore(scripts = [], more = {}) {
  const bundle = await build({
    entryPoints: [
      join(root, "js/store/index.js"),
      join(root, "js/store/segment-store.js"),
      join(root, "js/store/pack-worker.js"),
      ...scripts.map((name) => join(root, "tests/store", name)),
    ],
    entryNames: "[name]",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    outdir: "/store",
  });
  /** @type {Record<string, [string, Uint8Array | string]>} */
  const files = { ...more };
  for (const { path, contents } of bundle.outputFiles) files[path] = ["text/javascript", contents];
  const wasm = await readFile(join(root, "dist/apus-store.wasm"));
  files["/store/apus-store.wasm"] = ["application/wasm", wasm];
  return serve({
    handle(_request, response, url) {
      const file = files[url.pathname];
      if (!file) return false;
      response.writeHead(200, {
        "content-type": file[0],
        "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'",
      });
      response.end(file[1]);
      return true;
    },
  });
}
