// A server with seeded faults: the outcome of the n-th request of a path depends
// only on the seed, the path and n.
//
// The URL says which faults happen, so one server serves any number of trials at
// once:   /faults/<spec>/<trial>/<file>
//
// <spec> is a comma-separated list:
//   503=0.3        this share of the requests gets 503 (any status)
//   reset=0.3      … the connection is reset
//   hang=0.1       … the server never responds
//   slow=0.1       … the body arrives a few bytes at a time, for 60 s
//   truncate=0.1   … the body ends in the middle
//   mime=0.1       … text/plain instead of JavaScript
//   html=0.1       … an HTML page instead of the file
//   first=2        the first n requests of each file get 503
//   fault=hang     … or get this fault
//   outage=800     every request gets 503 for that many ms after the trial's first request
//   only=m3.js     only this file has faults
//   retry-after=1  every 503 carries this header (seconds)
//   latency=50     every response takes that many ms longer
//   cache=no-store the Cache-Control of successful responses; default max-age=3600, `none` for none
//   vary=x         … and their Vary
//   etag=1         … and an ETag, whose match is answered with 304
//
// <file> is m0.js to m8.js (a graph of nine modules, five levels deep), w0.js to w32.js (a graph of
// 33 modules, six levels deep), any
// other name that `files` has, or a file that the tests put in `extra`.
import { serve } from "../../tools/serve.js";

/** Which modules each module imports. */
export const graph = {
  "m0.js": ["m1.js", "m2.js"],
  "m1.js": ["m3.js", "m4.js"],
  "m2.js": ["m5.js", "m6.js"],
  "m3.js": ["m7.js"],
  "m4.js": [],
  "m5.js": ["m4.js"],
  "m6.js": [],
  "m7.js": ["m8.js"],
  "m8.js": [],
};

/** How many modules the wide graph has. */
export const wide = 33;

/** Each module of the wide graph imports two of the next level, and some a third one. @type {Record<string, string[]>} */
const wideGraph = {};
for (let i = 0; i < wide; i++) {
  const next = [2 * i + 1, 2 * i + 2, ...(i % 5 === 1 ? [3 * i + 4] : [])];
  wideGraph[`w${i}.js`] = next.filter((it) => it < wide).map((it) => `w${it}.js`);
}

const javascript = "text/javascript; charset=utf-8";

/** @type {Record<string, { type: string, body: string }>} */
const files = {};
for (const [name, imports] of Object.entries({ ...graph, ...wideGraph })) {
  const lines = imports.map((file, i) => `import { size as size${i} } from "./${file}";`);
  const sizes = imports.map((_, i) => ` + size${i}`).join("");
  const body = `${lines.join("\n")}
(globalThis.instances ??= []).push(import.meta.url);
export const size = 1${sizes};
export const name = "${name}";
${"// padding ".repeat(100)}
`;
  files[name] = { type: javascript, body };
}

/**
 * @param {{ seed?: number, port?: number, extra?: Record<string, { type?: string, body: string | Uint8Array, headers?: object }> }} [options]
 * @returns {Promise<{ url: string, requests: Map<string, number>, total: () => number, extra: object,
 *   reset: () => void, close: () => Promise<void> }>} `requests` counts by path
 */
export async function faultServer({ seed = 1, port, extra = {} } = {}) {
  /** @type {Map<string, number>} */
  const requests = new Map();
  /** @type {Map<string, number>} */
  const began = new Map();
  const server = await serve({
    port,
    handle: async (request, response, url) => {
      const [, root, spec, trial, ...rest] = url.pathname.split("/");
      if (root !== "faults") return false;
      const file = rest.join("/");
      const path = url.pathname + url.search;
      const count = (requests.get(path) ?? 0) + 1;
      requests.set(path, count);
      if (!began.has(`${spec}/${trial}`)) began.set(`${spec}/${trial}`, performance.now());
      const age = performance.now() - (began.get(`${spec}/${trial}`) ?? 0);
      const faults = new Map(
        spec.split(",").map((part) => /** @type {any} */ (part.split(/=(.*)/, 2))),
      );
      const fault = choose(faults, file, {
        count,
        age,
        random: random(`${seed}/${path}/${count}`),
      });
      const latency = Number(faults.get("latency") ?? 0);
      if (latency) await new Promise((resolve) => setTimeout(resolve, latency));
      answer(request, response, extra[file] ?? files[file], faults, fault);
      return true;
    },
  });
  return {
    ...server,
    requests,
    extra,
    total: () => [...requests.values()].reduce((sum, count) => sum + count, 0),
    reset() {
      requests.clear();
      began.clear();
    },
  };
}

const kinds = ["reset", "hang", "slow", "truncate", "mime", "html"];

/** @returns {string | undefined} the fault of one request */
function choose(faults, file, { count, age, random }) {
  if (faults.has("only") && faults.get("only") !== file) return undefined;
  if (age < Number(faults.get("outage") ?? 0)) return "503";
  if (count <= Number(faults.get("first") ?? 0)) return faults.get("fault") ?? "503";
  let left = random;
  for (const [name, share] of faults) {
    if (!kinds.includes(name) && !/^[45]\d\d$/.test(name)) continue;
    left -= Number(share);
    if (left < 0) return name;
  }
  return undefined;
}

/** @param {import("node:http").ServerResponse} response */
function answer(request, response, found, faults, fault) {
  const headers = {
    "content-type": found?.type ?? javascript,
    "access-control-allow-origin": "*",
    "timing-allow-origin": "*",
    ...(faults.get("cache") !== "none" && {
      "cache-control": faults.get("cache") ?? "max-age=3600",
    }),
    ...(faults.has("vary") && { vary: faults.get("vary") }),
    ...(faults.has("etag") && { etag: `"${random(String(found?.body))}"` }),
    ...found?.headers,
  };
  if (fault === "hang") return;
  if (fault === "reset") return void request.socket.destroy();
  if (fault && /^\d/.test(fault)) {
    const after = faults.get("retry-after");
    response.writeHead(Number(fault), {
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      ...(after ? { "retry-after": after, "access-control-expose-headers": "retry-after" } : {}),
    });
    return void response.end("no");
  }
  if (!found)
    return void response.writeHead(404, { ...headers, "cache-control": "no-store" }).end();
  if (!fault && headers.etag && request.headers["if-none-match"] === headers.etag) {
    return void response.writeHead(304, headers).end();
  }
  const body = Buffer.from(found.body);
  if (fault === "mime") {
    response.writeHead(200, { ...headers, "content-type": "text/plain" }).end(body);
  } else if (fault === "html") {
    response.writeHead(200, { ...headers, "content-type": "text/html" }).end("<!doctype html>");
  } else if (fault === "truncate") {
    response.writeHead(200, { ...headers, "content-length": body.length });
    response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy());
  } else if (fault === "slow") {
    response.writeHead(200, { ...headers, "content-length": body.length });
    let at = 0;
    const timer = setInterval(() => response.write(body.subarray(at, ++at)), 60_000 / body.length);
    response.on("close", () => clearInterval(timer));
  } else {
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  }
}

/** FNV-1a over the text, mixed by MurmurHash3's finalizer. @returns {number} in [0, 1) */
export function random(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
