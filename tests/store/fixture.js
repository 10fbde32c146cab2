// Browser tests of the store: the facade has no public export of its own, so it
// is bundled here, in memory, and served at /store/ beside the store's module.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import { build } from "esbuild";
import { root } from "../../tools/run.js";
import { serve } from "../../tools/serve.js";

/** @returns {Promise<{ url: string, close: () => Promise<void> }>} */
export async function serveStore() {
  const bundle = await build({
    entryPoints: [join(root, "js/store/index.js")],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    outdir: "/store",
  });
  /** @type {Record<string, [string, Uint8Array]>} */
  const files = {
    "/store/index.js": ["text/javascript", bundle.outputFiles[0].contents],
    "/store/apus-store.wasm": ["application/wasm", await readFile(join(root, "dist/apus-store.wasm"))],
  };
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

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await serveStore();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  // A page at a blank document; the test fails when it logs an error or throws.
  page: async ({ page }, use) => {
    /** @type {string[]} */
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto("/tests/pages/blank.html");
    await use(page);
    expect(problems).toEqual([]);
  },
});

export { expect };
