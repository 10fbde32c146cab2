import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../../../tools/run.js";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";
import { overheadPage, overheadScripts } from "./overhead.js";
import { secretsPage, secretsScript } from "./secrets.js";

const scripts = { ...overheadScripts, secrets: secretsScript };

/**
 * The script that runs in the page or, with `--node`, in Node.
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
    external: ["*/dist/wasm.js"],
    alias: { "protobufjs/minimal": join(root, "tests/sampler/bench/no-protobuf.js") },
  });
  return outputFiles[0].text.replaceAll(/(?:\.\.\/)+dist\//g, dist);
}

/** The pages' scripts and their chunks, by path. @returns {Promise<Map<string, string>>} */
async function bundleScripts() {
  /** @type {Map<string, string>} */
  const files = new Map();
  const { outputFiles } = await build({
    entryPoints: Object.keys(scripts).map((name) => ({
      in: `overhead:${name}`,
      out: name,
    })),
    outdir: "/bench",
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    write: false,
    external: ["*/dist/wasm.js"],
    plugins: [
      {
        name: "overhead",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^overhead:/ }, ({ path }) => ({
            path: path.slice("overhead:".length),
            namespace: "overhead",
          }));
          onLoad({ filter: /./, namespace: "overhead" }, ({ path }) => ({
            contents: scripts[/** @type {keyof typeof scripts} */ (path)],
            resolveDir: root,
          }));
        },
      },
    ],
  });
  for (const { path, text } of outputFiles) {
    files.set(path, text.replaceAll(/(?:\.\.?\/)+dist\//g, "/apus/"));
  }
  return files;
}

/**
 * A headless Chromium and a server with the bench's pages and a collector.
 * @template T
 * @param {(tools: { url: string, browser: import("playwright-core").Browser, arrived: Set<number>,
 *   collected: string[] }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inChromium(work) {
  const script = await bundlePage("/apus/", "browser");
  const bundled = await bundleScripts();
  /** @type {Set<number>} visits whose batch has come */
  const arrived = new Set();
  /** @type {string[]} */
  const collected = [];
  const server = await serve({
    async handle(request, response, { pathname, searchParams }) {
      const send = (/** @type {string} */ type, /** @type {string} */ text) =>
        response.writeHead(200, { "content-type": type }).end(text);
      if (pathname === "/bench/page.js") send("text/javascript", script);
      else if (bundled.has(pathname)) send("text/javascript", bundled.get(pathname) ?? "");
      else if (pathname === "/bench/overhead")
        send("text/html", overheadPage(searchParams.get("page") ?? ""));
      else if (pathname === "/bench/secrets") send("text/html", secretsPage);
      else if (pathname === "/bench/collected") {
        let body = "";
        for await (const chunk of request) body += chunk;
        collected.push(body);
        response.writeHead(204).end();
      } else if (pathname === "/bench/ready") send("text/plain", "");
      else if (pathname === "/bench/resource") send("text/plain", "a resource");
      else if (pathname === "/bench/slow") setTimeout(() => send("text/plain", "late"), 60);
      else if (pathname === "/bench/") {
        send(
          "text/html",
          '<!doctype html><title>bench</title><script type="module" src="page.js"></script>',
        );
      } else if (pathname === "/batches") {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const raw = Buffer.concat(chunks);
        const gzip = request.headers["content-encoding"] === "gzip";
        for (const { name, histogram } of JSON.parse(String(gzip ? gunzipSync(raw) : raw)).series) {
          if (name === "visits") arrived.add(histogram.max);
        }
        response.writeHead(204).end();
      } else return false;
      return true;
    },
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  try {
    return await work({ url: server.url, browser, arrived, collected });
  } finally {
    await browser.close();
    await server.close();
  }
}
