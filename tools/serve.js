// The development server: demo/ at /, the built package at /apus/, the tests'
// pages at /tests/. Loopback only, strict Content-Security-Policy everywhere.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { root } from "./run.js";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".bin": "application/octet-stream",
};

const csp =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** URL prefix -> folder, the longest prefix first. */
const mounts = [
  ["/apus/", "dist/"],
  ["/tests/", "tests/"],
  ["/node_modules/", "node_modules/"],
  ["/", "demo/"],
];

/**
 * @param {{ port?: number, handle?: (request: import("node:http").IncomingMessage,
 *   response: import("node:http").ServerResponse, url: URL) => boolean | Promise<boolean> }} [options]
 *   `port` 0 takes any free one; `handle` answers a request itself and returns true
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ port = 0, handle } = {}) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    try {
      if (handle && (await handle(request, response, url))) return;
      await sendFile(url, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {URL} url @param {import("node:http").ServerResponse} response */
async function sendFile(url, response) {
  const path = normalize(decodeURIComponent(url.pathname));
  const [prefix, folder] = mounts.find(([prefix]) => path.startsWith(prefix)) ?? ["/", "demo/"];
  let file = join(root, folder, path.slice(prefix.length));
  let found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    file = join(file, "index.html");
    found = await stat(file).catch(() => undefined);
  }
  if (!found) {
    response.writeHead(404, { "content-type": "text/plain" }).end(`not found: ${path}\n`);
    return;
  }
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": found.size,
    "content-security-policy": csp,
    "cache-control": "no-cache",
    "last-modified": found.mtime.toUTCString(),
  });
  createReadStream(file).pipe(response);
}
