// A Chromium page on the development server, with its own bundles.
import { readFile } from "node:fs/promises";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";

/**
 * @param {Record<string, string>} bundles URL path -> entry file, bundled and minified
 * @returns {Promise<{ url: string, newPage: (path: string, size?: { width: number, height: number }) => Promise<import("@playwright/test").Page>, close: () => Promise<void> }>}
 */
export async function openChromium(bundles) {
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  for (const [path, entry] of Object.entries(bundles)) {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      write: false,
      external: ["/apus/*"],
      define: { "process.env.NODE_ENV": '"production"' },
      jsx: "automatic",
      legalComments: "none",
    });
    files.set(path, outputFiles[0].contents);
  }
  // Where a bundle with the list looks for it.
  files.set(
    "/bundles/apus-list.wasm",
    await readFile(new URL("../../../dist/apus-list.wasm", import.meta.url)),
  );
  const server = await serve({
    handle: (_request, response, { pathname }) => {
      const file = files.get(pathname);
      if (!file) return false;
      const type = pathname.endsWith(".wasm") ? "application/wasm" : "text/javascript";
      response.writeHead(200, { "content-type": type, "content-length": file.length }).end(file);
      return true;
    },
  });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--enable-precise-memory-info"],
  });
  return {
    url: server.url,
    newPage: async (path, viewport = { width: 800, height: 800 }) => {
      const context = await browser.newContext({ viewport });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(`page: ${error}`));
      await page.goto(server.url + path);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
