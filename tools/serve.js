// The development server: demo/ at /, its documents as pages at /docs/, the built package at
// /apus/, the tests' pages at /tests/. It listens on loopback only and always sends a strict
// Content-Security-Policy.
//
//   node tools/serve.js            on PORT, or on 8080 or the next free port
//
// Files with a hash in their name are for ever, and the next build's are sent as the difference to them
// where the browser can use that (dictionaries.js).
//
// Two features for demos and tests: if `x.br` exists next to `x`, it is sent as it is; a request
// with `?fail=2` gets 503 the first two times.
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { asDictionary, deltaFor } from "./dictionaries.js";
import { root } from "./run.js";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".bin": "application/octet-stream",
};

const compressible = new Set([
  ".html",
  ".js",
  ".mjs",
  ".css",
  ".json",
  ".map",
  ".txt",
  ".wasm",
  ".svg",
  ".bin",
]);

/** On every answer. */
const headers = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** The page of a live example in the documents runs what its reader wrote, which is a blob. */
const exampleHeaders = {
  "content-security-policy": headers["content-security-policy"]
    .replace("script-src 'self'", "script-src 'self' blob:")
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
};

/** URL prefix -> folder, the longest prefix first. Nothing else is served. */
const mounts = [
  ["/apus/", "dist/"],
  ["/tests/", "tests/"],
  ["/node_modules/", "node_modules/"],
  ["/", "demo/"],
];

/**
 * @param {{ port?: number, next?: boolean, builds?: [prefix: string, folder: string][], handle?: (request: import("node:http").IncomingMessage,
 *   response: import("node:http").ServerResponse, url: URL) => boolean | Promise<boolean>,
 *   upgrade?: (request: import("node:http").IncomingMessage, socket: import("node:stream").Duplex,
 *   head: Buffer) => void }} [options]
 *   `port` 0 takes any free one; with `next` a taken port makes it try the following ones;
 *   `builds` are more folders, whose files have hashes in their names; `handle` answers a request itself and returns true; `upgrade` takes requests for a WebSocket
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 *   rejects with `EADDRINUSE` when the port is taken
 */
export async function serve({ port = 0, next = false, builds = [], handle, upgrade } = {}) {
  const refused = new Map();
  // Node's 5 s would end a connection just when a client that paused uses it again.
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    try {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (handle && (await handle(request, response, url))) return;
      if (refuse(url, refused)) answer(response, 503, "refused because of ?fail\n");
      else if (!(await sendDocument(url, response))) await sendFile(request, url, response, builds);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else
        answer(
          response,
          error instanceof TypeError || error instanceof URIError ? 400 : 500,
          `${error}\n`,
        );
    }
  });
  if (upgrade) server.on("upgrade", upgrade);
  for (let last = next ? port + 100 : port; ; port++) {
    try {
      await new Promise((resolve, reject) => {
        server.once("error", reject).listen(port, "127.0.0.1", () => {
          server.off("error", reject);
          resolve(undefined);
        });
      });
      break;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || port >= last) throw error;
    }
  }
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {URL} url @param {Map<string, number>} refused how often, by address */
function refuse({ pathname, search, searchParams }, refused) {
  const wanted = Number(searchParams.get("fail") ?? 0);
  const count = (refused.get(pathname + search) ?? 0) + 1;
  if (!(count <= Math.min(wanted, 10))) return false;
  if (refused.size === 1000) refused.clear();
  refused.set(pathname + search, count);
  return true;
}

/** @param {import("node:http").ServerResponse} response @param {number} status @param {string} text */
function answer(response, status, text, more = {}) {
  response.writeHead(status, {
    ...headers,
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    ...more,
  });
  response.end(text);
}

/**
 * @param {URL} url
 * @param {import("node:http").ServerResponse} response
 * @returns {Promise<boolean>} whether there is such a document
 */
async function sendDocument({ pathname }, response) {
  if (/^\/(docs\/search\.json|llms(-full)?\.txt)$/.test(pathname)) {
    const { docsFile } = await import("./docs/files.js");
    const [type, body] = (await docsFile(pathname)) ?? ["", ""];
    answer(response, 200, body, { "content-type": type });
    return true;
  }
  if (!/^\/docs(\/api)?(\/[\w-]*)?$/.test(pathname)) return false;
  // uses a package that the set-up may have installed just now
  const { docsPage } = await import("./docs/page.js");
  const html = await docsPage(pathname);
  if (html) answer(response, 200, html, { "content-type": types[".html"] });
  return html !== undefined;
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {URL} url
 * @param {import("node:http").ServerResponse} response
 * @param {[string, string][]} builds
 */
async function sendFile(request, url, response, builds) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return answer(response, 405, "GET or HEAD only\n", { allow: "GET, HEAD" });
  }
  const path = normalize(decodeURIComponent(url.pathname));
  if (path.includes("\0")) return answer(response, 400, "not a path\n");
  const [prefix, folder] = [...builds, ...mounts].find(([prefix]) => path.startsWith(prefix)) ?? [
    "/",
    "demo/",
  ];
  let file = resolve(root, folder, `./${path.slice(prefix.length)}`);
  let found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    // The page's relative addresses need the slash. The requested path may begin with two,
    // and then name another host.
    if (!path.endsWith("/")) {
      const location = path.split("/").map(encodeURIComponent).join("/");
      return answer(response, 301, "", { location: `${location}/${url.search}` });
    }
    file = join(file, "index.html");
    found = await stat(file).catch(() => undefined);
  }
  if (!found?.isFile()) return answer(response, 404, `not found: ${path}\n`);

  const encoding = chooseEncoding(file, found.size, request.headers["accept-encoding"]);
  const fields = {
    ...headers,
    ...(path === "/docs/run/frame.html" && exampleHeaders),
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "cache-control": "no-cache",
    vary: "accept-encoding",
    etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}-${encoding}"`,
  };
  if (prefix === "/apus/" || builds.some(([it]) => it === prefix)) {
    const plain = await encoded(file, found.mtimeMs, "identity");
    const delta = await deltaFor(request.headers, plain);
    Object.assign(fields, asDictionary(path, plain));
    fields.vary += ", available-dictionary";
    if (delta) {
      const more = { "content-encoding": "dcz", "content-length": delta.length, etag: undefined };
      const sent = Object.fromEntries(
        Object.entries({ ...fields, ...more }).filter(([, it]) => it),
      );
      response.writeHead(200, sent).end(request.method === "HEAD" ? undefined : delta);
      return;
    }
  }
  if (request.headers["if-none-match"] === fields.etag) {
    response.writeHead(304, fields).end();
    return;
  }
  if (encoding !== "identity") fields["content-encoding"] = encoding;
  const body = await encoded(file, found.mtimeMs, encoding);
  fields["content-length"] = body.length;
  response.writeHead(200, fields).end(request.method === "HEAD" ? undefined : body);
}

/** @param {string} file @param {number} size @param {string} [accepted] */
function chooseEncoding(file, size, accepted = "") {
  if (size < 1024 || !compressible.has(extname(file))) return "identity";
  const names = accepted.split(",").map((name) => name.trim().split(";")[0]);
  return ["br", "gzip"].find((name) => names.includes(name)) ?? "identity";
}

/** @type {Map<string, { changed: number, body: Buffer }>} compressed once for each version of a file */
const bodies = new Map();

/** @param {string} file @param {number} changed @param {string} encoding */
async function encoded(file, changed, encoding) {
  if (encoding === "identity") return readFile(file);
  const known = bodies.get(`${encoding} ${file}`);
  if (known?.changed === changed) return known.body;
  const body =
    (encoding === "br" && (await precompressed(`${file}.br`, changed))) ||
    (await compress(file, encoding));
  bodies.set(`${encoding} ${file}`, { changed, body });
  return body;
}

/** The copy that was compressed at build time, unless the file has changed since. @param {string} file @param {number} changed */
async function precompressed(file, changed) {
  const found = await stat(file).catch(() => undefined);
  return found && found.mtimeMs >= changed ? readFile(file) : undefined;
}

/** @param {string} file @param {string} encoding */
async function compress(file, encoding) {
  const bytes = await readFile(file);
  if (encoding === "gzip") return promisify(gzip)(bytes);
  return promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { PORT } = process.env;
  const { url } = await serve({ port: Number(PORT || 8080), next: !PORT });
  console.log(url);
}
