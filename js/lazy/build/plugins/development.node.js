// Node only.
import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { slashed } from "./manifest.node.js";

/** What a page may load by name. */
const script = /(?<!\.d)\.([mc]?[jt]s|[jt]sx|vue|svelte)$/;

/**
 * @typedef {{ root: string, base: string, publicDir?: string, build?: { outDir?: string } }} ViteConfig
 *
 * What the plugin needs of Vite's development server.
 * @typedef {object} Server
 * @property {ViteConfig} config
 * @property {{ use(handle: (request: { url?: string }, response: Response, next: (error?: unknown) => void) => void): unknown }} middlewares
 *
 * @typedef {{ setHeader(name: string, value: string): unknown, end(body: string): unknown }} Response
 */

/**
 * Answers requests for the manifest while nothing is built: each script of the project has the name
 * that it has in a build. Reads the project's folders at each request, because files come and go.
 * @param {Server} server @param {string} fileName
 */
export function serveManifest({ config, middlewares }, fileName) {
  const path = `${config.base}${fileName}`;
  middlewares.use((request, response, next) => {
    if (request.url?.replace(/[?#].*/s, "") !== path) return next();
    manifestOfProject(config).then((text) => {
      response.setHeader("content-type", "application/json");
      response.setHeader("cache-control", "no-store");
      response.end(text);
    }, next);
  });
}

/** @param {ViteConfig} config @returns {Promise<string>} JSON in the format of demo/docs/manifest.md */
async function manifestOfProject({ root, publicDir = "public", build: { outDir = "dist" } = {} }) {
  const without = new Set([resolve(root, outDir), resolve(root, publicDir)]);
  /** @type {Record<string, { name: string }>} */
  const files = {};
  const folders = [root];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".") || entry.name === "node_modules" || without.has(path))
        continue;
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile() || !script.test(path)) continue;
      const name = slashed(relative(root, path));
      files[name.split("/").map(encodeURIComponent).join("/")] = { name };
    }
  }
  return `${JSON.stringify({ apus: 1, build: "development", files }, undefined, 2)}\n`;
}
