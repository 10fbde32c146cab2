// Real builds of a small application, and servers that deploy them.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { lazyManifest } from "../../../js/lazy/build/plugins/vite.node.js";
import { root } from "../../../tools/run.js";
import { serve } from "../../../tools/serve.js";
import { test as base, expect } from "../../browser.js";
import { random } from "../fault-server.js";

export { expect };

const app = fileURLToPath(new URL("app", import.meta.url));
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Builds the application with Vite. @param {string} name the build's name @param {string} outDir */
async function viteBuild(name, outDir) {
  await build({
    root: app,
    base: "./",
    configFile: false,
    logLevel: "error",
    define: { BUILD: JSON.stringify(name) },
    resolve: { alias: { "apus/lazy": join(root, "js/lazy/index.js") } },
    build: { outDir, target: "es2022", emptyOutDir: true, cssMinify: false, assetsInlineLimit: 0 },
    worker: { format: "es" },
    plugins: [
      lazyManifest(),
      // The rules of each build differ, so the sheets get new names too.
      {
        name: "mark",
        transform: (code, id) =>
          id.endsWith(".css") ? `${code}\n:root { --build: ${name} }` : null,
      },
    ],
  });
}

/**
 * A site with one or several servers, each of which has one build.
 * @typedef {object} Site
 * @property {string} url
 * @property {(...names: string[]) => void} deploy the builds that servers have from now on: each request
 *   is answered by one of them, at random
 * @property {Record<string, number>} faults share of requests that get 503, by extension, e.g. `{ ".css": 0.3 }`
 * @property {RegExp} removed paths of files that no server has any more
 * @property {string} cache Cache-Control of what is not HTML or the manifest
 * @property {{ path: string, status: number, etag?: string }[]} requests
 */

/** @param {Map<string, string>} folders by name of the build @returns {Promise<Site & { close(): Promise<void> }>} */
async function site(folders) {
  let count = 0;
  /** @type {string[]} */
  let live = [...folders.keys()].slice(0, 1);
  const self = {
    url: "",
    faults: {},
    removed: /^$/,
    cache: "max-age=3600",
    requests: [],
    deploy(...names) {
      live = names;
    },
    close: async () => {},
  };
  const server = await serve({
    handle: async (request, response, { pathname }) => {
      const seed = `${pathname} ${count++}`;
      const path = pathname === "/" ? "/index.html" : pathname;
      const folder = folders.get(live[Math.floor(random(seed) * live.length)]) ?? "";
      const type = extname(path);
      const removed = self.removed.test(path);
      const body = removed ? undefined : await readFile(join(folder, path)).catch(() => undefined);
      const fresh = path === "/index.html" || path === "/apus-manifest.json";
      const etag =
        path === "/apus-manifest.json" ? `"${folder.length}${random(`${body}`)}"` : undefined;
      const failed = random(`fault ${seed}`) < (self.faults[type] ?? 0);
      const known = etag && request.headers["if-none-match"] === etag;
      const status = failed ? 503 : !body ? 404 : known ? 304 : 200;
      self.requests.push({ path, status, etag: request.headers["if-none-match"] });
      response.writeHead(status, {
        "content-type": status === 200 ? types[type] : "text/plain",
        "cache-control": status >= 400 ? "no-store" : fresh ? "no-cache" : self.cache,
        "content-security-policy":
          "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self' blob:",
        ...(etag && { etag }),
      });
      response.end(status === 200 ? body : undefined);
      return true;
    },
  });
  return Object.assign(self, { url: server.url, close: server.close });
}

/** The names of the builds that are made. */
const names = ["A", "B", "C"];

export const test = base.extend({
  builds: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "apus-deploys-"));
      const folders = new Map(names.map((name) => [name, join(folder, name)]));
      for (const [name, out] of folders) await viteBuild(name, out);
      await use(folders);
      await rm(folder, { recursive: true });
    },
    { scope: "worker" },
  ],
  site: async ({ builds }, use) => {
    const made = await site(builds);
    await use(made);
    await made.close();
  },
});

/** Opens the application. @param {import("@playwright/test").Page} page @param {Site} site @param {object} [options] of lazyDefaults */
export async function start(page, site, options = {}) {
  await page.addInitScript(() => {
    globalThis.events = [];
    for (const name of ["apus-lazy:stale", "apus-lazy:update", "vite:preloadError"]) {
      addEventListener(name, ({ type }) => globalThis.events.push(type));
    }
  });
  const query = new URLSearchParams({ options: JSON.stringify(options) });
  await page.goto(`${site.url}/?${query}`);
  await page.waitForFunction(() => globalThis.starts);
}

/** @param {import("@playwright/test").Page} page @param {string} route */
export const open = (page, route) => page.evaluate((route) => globalThis.openRoute(route), route);
