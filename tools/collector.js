// A collector for development. It receives batches of samplers, as JSON at /batches or as OTLP at
// /v1/metrics, stores them in SQLite and shows all visits together.
//
//   npm run collector            on port 8090, or PORT; stored in build/collector.sqlite
//   npm run collector -- <file>  stored in that file
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzip } from "node:zlib";
import { problemOf } from "./collector/batch.js";
import { Collection } from "./collector/database.js";
import { fromOtlp, isOtlp } from "./collector/otlp.js";
import { render, style } from "./collector/page.js";
import { root } from "./run.js";

const maxBytes = 2_000_000; // on the wire
const maxUnpacked = 20_000_000;
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * @param {{ file?: string, port?: number, maxVisits?: number, maxAge?: number }} [options] port 0 takes any free
 *   one; the other options are those of Collection
 * @returns {Promise<{ url: string, collection: Collection, close: () => Promise<void> }>}
 */
export async function collect({ file = ":memory:", port = 0, ...kept } = {}) {
  const collection = new Collection(file, kept);
  const server = createServer(async (request, response) => {
    if (request.method === "POST" || request.method === "OPTIONS") {
      // Pages of any origin may send batches; none may read those of others.
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "content-type, content-encoding");
    }
    response.setHeader("cross-origin-resource-policy", "same-origin");
    response.setHeader(
      "content-security-policy",
      "default-src 'none'; style-src 'self'; img-src data:",
    );
    try {
      const { status, type = "text/plain", text = "" } = await answer(request, collection);
      response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}`,
    collection,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          collection.close();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** @param {import("node:http").IncomingMessage} request @param {Collection} collection */
async function answer(request, collection) {
  // A page that tries to read as this origin has another host name (DNS rebinding).
  if (!loopback.test(request.headers.host ?? "")) return { status: 403, text: "not this host" };
  const { url = "/" } = request;
  if (!URL.canParse(url, "http://localhost")) return { status: 400, text: "not a path" };
  const path = new URL(url, "http://localhost").pathname;
  if (request.method === "OPTIONS") return { status: 204 };
  if (request.method === "POST" && ["/batches", "/v1/metrics"].includes(path)) {
    const body = await read(request);
    return body === undefined ? { status: 413 } : take(body, collection);
  }
  if (request.method !== "GET") return { status: 405 };
  if (path === "/") return { status: 200, type: "text/html", text: render(collection.summary()) };
  if (path === "/style.css") return { status: 200, type: "text/css", text: style };
  if (path === "/summary.json") {
    return { status: 200, type: "application/json", text: JSON.stringify(collection.summary()) };
  }
  return { status: 404 };
}

/**
 * Answers any text; malformed text gets 400 and a reason.
 * @param {string} body @param {Collection} collection
 */
export function take(body, collection) {
  let given;
  try {
    given = JSON.parse(body);
  } catch {
    return { status: 400, text: "no JSON" };
  }
  const otlp = isOtlp(given);
  const { batches, rejected } = otlp ? fromOtlp(given) : { batches: [given], rejected: 0 };
  for (const batch of batches) {
    const problem = problemOf(batch);
    if (problem) return { status: 400, text: problem };
  }
  for (const batch of batches) collection.add(batch);
  if (!otlp) return { status: 204 };
  const partialSuccess = {
    rejectedDataPoints: String(rejected),
    errorMessage: "only cumulative exponential histograms and gauges web_vitals.* are kept",
  };
  const text = JSON.stringify(rejected ? { partialSuccess } : {});
  return { status: 200, type: "application/json", text };
}

/** @param {import("node:http").IncomingMessage} request @returns {Promise<string | undefined>} `undefined` if too large */
async function read(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  if (request.headers["content-encoding"] !== "gzip") return String(raw);
  return new Promise((resolve) => {
    gunzip(raw, { maxOutputLength: maxUnpacked }, (error, unpacked) =>
      resolve(error ? "" : String(unpacked)),
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(join(root, "build"), { recursive: true });
  const file = process.argv[2] ?? join(root, "build/collector.sqlite");
  const { url } = await collect({ file, port: Number(process.env.PORT ?? 8090) });
  console.log(`Collecting at ${url}/batches (OTLP: ${url}/v1/metrics) into ${file}`);
  console.log(`All visits are at ${url}/`);
}
