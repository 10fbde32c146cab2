// A server of mutations that keeps its first answer to each key, and that fails as it is told to.
import { serve } from "../../../tools/serve.js";

/** @typedef {{ lane: string, n: number, [more: string]: unknown }} Mutation */
/**
 * How a request ends: applied; the connection dropped before or after that; no answer until the
 * client is gone; or a status, with headers.
 * @typedef {"ok" | "lost" | "answer lost" | "late" | number | [number, Record<string, string>, object?]} Fate
 */

/** @param {Record<string, string>} [scripts] by path; may be changed */
export async function startServer(scripts = {}) {
  const state = {
    /** @type {Mutation[]} */ applied: [],
    /** @type {{ at: number, key: string, body: Mutation }[]} */ requests: [],
    late: 0,
    /** @type {(n: number, body: Mutation) => Fate} */ fate: () => "ok",
  };
  /** @type {Set<string>} */
  const known = new Set();
  const server = await serve({
    async handle(request, response, { pathname }) {
      if (Object.hasOwn(scripts, pathname)) {
        response.writeHead(200, { "content-type": "text/javascript" }).end(scripts[pathname]);
        return true;
      }
      if (pathname !== "/mutate") return false;
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      const key = String(request.headers["idempotency-key"]);
      const body = JSON.parse(Buffer.concat(pieces).toString() || "{}");
      state.requests.push({ at: Date.now(), key, body });
      const fate = state.fate(state.requests.length, body);
      if (typeof fate !== "string") {
        const [status, headers, problem = {}] = typeof fate === "number" ? [fate, {}] : fate;
        response.writeHead(status, headers).end(JSON.stringify(problem));
        return true;
      }
      if (fate !== "lost" && !known.has(key)) {
        known.add(key);
        state.applied.push(body);
      }
      if (fate === "ok") response.writeHead(201).end("{}");
      else if (fate === "late") state.late += 1;
      else response.destroy();
      return true;
    },
  });
  return Object.assign(state, { scripts, url: server.url, close: () => server.close() });
}

/** What a lane was given, in order. @param {Mutation[]} applied @param {string} lane */
export const numbers = (applied, lane) =>
  applied.filter((it) => it.lane === lane).map(({ n }) => n);
