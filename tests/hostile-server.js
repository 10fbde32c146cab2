// A server that misbehaves. Tests set the answer to the n-th request of a path:
//
//     const server = await hostileServer();
//     server.answer("/x.js", "export const a = 1;", { status: 503 }, { redirect: "/y.js" });
//     server.answer("/z.js", ({ dest }) => (dest === "script" ? bad : good));
//     await page.goto(server.url + "/tests/pages/blank.html");
//     server.requests; // [{ path, method, dest, mode, origin, body }], in their order
//
// The last answer is repeated. Paths without an answer are served as by tools/serve.js:
// demo/ at /, dist/ at /apus/, tests/ at /tests/. `server.other` is the same server as another
// origin. An answer is a body, or an object with any of:
//
//   body      string or bytes; ""
//   type      Content-Type; by the extension of the path, `null` for none
//   status    200
//   headers   further headers; default: Cache-Control: no-store
//   redirect  302 to there
//   length    the Content-Length to claim, whatever the body's length
//   slow      ms between two pieces of the body, 16 bytes each
//   huge      that many bytes of spaces after the body, sent as fast as they are read
//   cut       the connection is reset after that many bytes of the body
//   reset     the connection is reset before any answer
//   hang      nothing is ever answered
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { serve } from "../tools/serve.js";

/**
 * @typedef {{ body?: string | Uint8Array, type?: string | null, status?: number, headers?: Record<string, string>,
 *   redirect?: string, length?: number, slow?: number, huge?: number, cut?: number, reset?: boolean,
 *   hang?: boolean }} Details
 * @typedef {{ path: string, method: string, dest: string, mode: string, origin: string, body: string,
 *   headers: import("node:http").IncomingHttpHeaders }} Asked `path` with its query; `dest` and
 *   `mode` are Sec-Fetch-Dest and Sec-Fetch-Mode
 * @typedef {string | Uint8Array | Details} Answer
 */

const types = {
  js: "text/javascript",
  css: "text/css",
  json: "application/json",
  html: "text/html",
  wasm: "application/wasm",
  svg: "image/svg+xml",
  png: "image/png",
};

const step = 16;

/**
 * The server without an address: what `serve` and `inEachEngine` take. `answer` replaces the
 * path's earlier answers.
 */
export function hostileSite() {
  /** @type {Map<string, { count: number, answers: (Answer | ((asked: Asked, count: number) => Answer))[] }>} */
  const plans = new Map();
  /** @type {Asked[]} */
  const requests = [];
  const open = new Set();
  return {
    /** @type {(request: any, response: any, url: URL) => Promise<boolean>} */
    async handle(request, response, url) {
      const path = url.pathname + url.search;
      const plan = plans.get(path) ?? plans.get(url.pathname);
      if (!plan) return false;
      /** @type {Buffer[]} */
      const parts = [];
      for await (const part of request) parts.push(part);
      const {
        "sec-fetch-dest": dest = "",
        "sec-fetch-mode": mode = "",
        origin = "",
      } = request.headers;
      const { method = "", headers } = request;
      const body = Buffer.concat(parts).toString();
      const asked = { path, method, dest: String(dest), mode: String(mode), origin, body, headers };
      requests.push(asked);
      open.add(response);
      response.on("close", () => open.delete(response));
      const answer = plan.answers[Math.min(plan.count++, plan.answers.length - 1)];
      const chosen = typeof answer === "function" ? answer(asked, plan.count) : answer;
      const details =
        typeof chosen === "string" || chosen instanceof Uint8Array ? { body: chosen } : chosen;
      await send(response, url.pathname, details);
      return true;
    },
    requests,
    /** Answers that have not ended. */
    unfinished: () => open.size,
    /** How often a path was asked for. @param {string} path */
    count: (path) => requests.filter((asked) => asked.path === path).length,
    /** @param {string} path @param {(Answer | ((asked: Asked, count: number) => Answer))[]} answers */
    answer: (path, ...answers) => void plans.set(path, { count: 0, answers }),
    reset() {
      plans.clear();
      requests.length = 0;
    },
  };
}

/** @returns the site at an address */
export async function hostileServer() {
  const site = hostileSite();
  const server = await serve(site);
  /** The same server as another origin. */
  const other = server.url.replace("localhost", "127.0.0.1");
  return { ...site, ...server, other };
}

/** @param {import("node:http").ServerResponse} response @param {string} path @param {Details} details */
async function send(response, path, details) {
  const { status = 200, redirect, slow, huge = 0, cut, length, hang, reset } = details;
  if (hang) return;
  if (reset) return void response.destroy();
  const type = details.type === undefined ? types[path.split(".").at(-1) ?? ""] : details.type;
  const headers = {
    "cache-control": "no-store",
    "access-control-allow-origin": "*",
    ...(type && { "content-type": type }),
    ...(length !== undefined && { "content-length": length }),
    ...(redirect !== undefined && { location: redirect }),
    ...details.headers,
  };
  response.writeHead(redirect === undefined ? status : 302, headers);
  response.on("error", () => {}); // the other side has gone
  const body = Buffer.from(details.body ?? "");
  if (cut !== undefined)
    return void response.write(body.subarray(0, cut), () => response.destroy());
  if (slow !== undefined) {
    response.flushHeaders();
    for (let at = 0; at < body.length && !response.destroyed; at += step) {
      await wait(slow);
      response.write(body.subarray(at, at + step));
    }
    return void response.end();
  }
  response.write(body);
  const closed = once(response, "close");
  const piece = Buffer.alloc(65_536, " ");
  for (let left = huge; left > 0 && !response.destroyed; left -= piece.length) {
    if (response.write(piece.subarray(0, left))) continue;
    await Promise.race([new Promise((go) => response.once("drain", go)), closed]);
  }
  // A body shorter than its length: the browser notices when the connection ends.
  if (length !== undefined && length > body.length + huge) response.destroy();
  else response.end();
}
