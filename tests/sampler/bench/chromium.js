import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../../../tools/run.js";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";

/**
 * What runs in the page or, for `--node`, in Node, in one script.
 * @param {string} dist where the built glue is, ending in "/"
 * @param {"browser" | "node"} platform
 */
export async function bundlePage(dist, platform) {
  const { outputFiles } = await build({
    entryPoints: [join(root, "tests/sampler/bench/page.js")],
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
    platform,
    external: ["*/dist/apus.js", "*/dist/apus-store.js"],
    alias: { "protobufjs/minimal": join(root, "tests/sampler/bench/no-protobuf.js") },
  });
  return outputFiles[0].text.replaceAll(/(?:\.\.\/)+dist\//g, dist);
}

/**
 * A headless Chromium and a server whose /bench/page.js is the bundled page.js.
 * @template T
 * @param {(tools: { url: string, browser: import("playwright-core").Browser }) => Promise<T>} work
 * @param {{ args?: string[] }} [options] `args`: for Chromium
 * @returns {Promise<T>}
 */
export async function inChromium(work, { args = [] } = {}) {
  const script = await bundlePage("/apus/", "browser");
  const server = await serve({
    handle(_, response, url) {
      if (url.pathname === "/bench/page.js") {
        response.writeHead(200, { "content-type": "text/javascript" }).end(script);
      } else if (url.pathname === "/bench/") {
        response
          .writeHead(200, { "content-type": "text/html" })
          .end('<!doctype html><title>bench</title><script type="module" src="page.js"></script>');
      } else return false;
      return true;
    },
  });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", ...args],
  });
  try {
    return await work({ url: server.url, browser });
  } finally {
    await browser.close();
    await server.close();
  }
}
