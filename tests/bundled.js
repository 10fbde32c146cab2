// A page whose script esbuild bundles from the package, as a framework's user would, served under the
// strict policy of tools/serve.js.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { root } from "../tools/run.js";
import { serve } from "../tools/serve.js";

/**
 * @param {string} entry path of the script, relative to the root
 * @param {{ plugins?: import("esbuild").Plugin[], body?: string, head?: string, conditions?: string[] }} [options]
 *   `body`: HTML of the page
 * @returns {Promise<{ url: string, body: string, close: () => Promise<void> }>} `body` may be set for the next load
 */
export async function servedApp(
  entry,
  { plugins = [], body = "", head = "", conditions = [] } = {},
) {
  const { outputFiles, warnings } = await build({
    absWorkingDir: root,
    entryPoints: { app: entry },
    outdir: "/out",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "silent",
    conditions,
    plugins,
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const app = { body };
  const server = await serve({
    handle: async (_request, response, { pathname }) => {
      const name = basename(pathname);
      if (pathname === "/app/") {
        response.writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy":
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:",
        });
        response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>App</title>
          <link rel="icon" href="data:,"><link rel="stylesheet" href="/tests/bundled.css">${head}
          <body>${app.body}<script type="module" src="app.js"></script>`);
        return true;
      }
      if (!pathname.startsWith("/app/")) return false;
      const wasm = name.endsWith(".wasm");
      const content = wasm ? await readFile(join(root, "dist", name)) : files.get(name);
      response.writeHead(content ? 200 : 404, {
        "content-type": wasm ? "application/wasm" : "text/javascript",
      });
      response.end(content);
      return true;
    },
  });
  return Object.assign(app, { url: `${server.url}/app/`, close: server.close });
}
