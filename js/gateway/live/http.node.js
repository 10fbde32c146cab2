import { encode } from "../../sync/live/frames.js";
import { CHUNK } from "../log-http.node.js";
import { bodyOf, Refusal } from "../requests.node.js";
import { Poll, Sse } from "./http-transports.node.js";
import { channelOf, Refused } from "./requests.node.js";
import { Session } from "./session.node.js";

/** @typedef {import("./live.node.js").Live} Live */

/**
 * Live data without WebSockets, and what a CDN may keep of it.
 *
 *     GET   live?session=<id>      frames for the client as server-sent events
 *     POST  live/<id>              a frame of the client: 204
 *     POST  live/<id>/poll         frames of the client, and those for it, as JSON lists of texts
 *     GET   channel/<name>/<epoch>/<n>   chunk n of a stream: a frame with its 128 events
 *
 * The client makes up the id of its session: 16 to 64 letters, digits, `-` or `_`, at random. Whoever
 * knows it is the client.
 */
export class LiveHttp {
  #live;
  /** @type {Map<string, Session>} */
  #sessions = new Map();

  /** @param {Live} live */
  constructor(live) {
    this.#live = live;
  }

  /** @param {Request} request @param {string} path @returns {Promise<Response>} */
  async live(request, path) {
    const { method, url } = request;
    if (path === "live") {
      if (method !== "GET") throw notAllowed("GET");
      return this.#stream(request, idOf(new URL(url).searchParams.get("session")));
    }
    const [, text, poll, ...more] = path.split("/");
    if (more.length > 0 || (poll !== undefined && poll !== "poll")) throw nothing();
    if (method !== "POST") throw notAllowed("POST");
    const id = idOf(text);
    return poll ? this.#poll(request, id) : this.#post(request, id);
  }

  /** @param {Request} request @param {string} path `channel/<name>/<epoch>/<n>` */
  async chunk(request, path) {
    if (request.method !== "GET" && request.method !== "HEAD") throw notAllowed("GET, HEAD");
    const [, text, epoch, number] =
      /^channel\/([^/]+)\/([1-9]\d{0,15})\/(\d{1,13})$/.exec(path) ?? [];
    const channel = named(text);
    const { headers } = request;
    const user = await bearer(this.#live, request);
    if (!(await this.#live.permits(request, "history", channel, user))) {
      throw new Refusal(403, "FORBIDDEN", "not allowed: history");
    }
    const from = { epoch: Number(epoch), offset: Number(number) * CHUNK };
    const events = await this.#live.streams.range(channel, from, CHUNK);
    if (events[0]?.offset !== from.offset) {
      throw new Refusal(404, "TRIMMED", "the channel does not have these events");
    }
    const last = from.offset + events.length - 1;
    const wire = events.map((event) => event.wire);
    const frame = encode([["ev", channel, from.epoch, from.offset - 1, last, wire]]);
    const shared = headers.has("authorization") || headers.has("cookie") ? "private" : "public";
    const kept = events.length === CHUNK ? "max-age=31536000, immutable" : "max-age=1";
    const type = typeof frame === "string" ? "application/json" : "application/octet-stream";
    return new Response(frame, {
      headers: { "content-type": type, "cache-control": `${shared}, ${kept}` },
    });
  }

  /** @param {Request} request @param {string} id */
  #stream(request, id) {
    const transport = new Sse(this.#live.limits.queue);
    const session = this.#begin(request, id, transport);
    transport.onCancel = () => session.lost(false);
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    return new Response(transport.body, { headers: { ...headers, "x-accel-buffering": "no" } });
  }

  /** @param {Request} request @param {string} id */
  async #post(request, id) {
    const session = this.#sessions.get(id);
    if (!session) throw gone();
    const body = await this.#body(request);
    const binary = /^application\/octet-stream/.test(request.headers.get("content-type") ?? "");
    session.receive(binary ? body : textOf(body));
    return new Response(null, { status: 204 });
  }

  /** @param {Request} request @param {string} id */
  async #poll(request, id) {
    const body = await this.#body(request);
    const frames = framesOf(body);
    let session = this.#sessions.get(id);
    // Only whoever says hello begins one: frames of a session that has ended are not for another.
    if (!session && !/^\[\["hello"/.test(frames[0] ?? "")) throw gone();
    session ??= this.#begin(request, id, new Poll(this.#live.heartbeat));
    const { transport } = session;
    if (!(transport instanceof Poll)) throw gone();
    const answer = transport.wait(() => session.lost(false));
    for (const text of frames) {
      const binary = text.startsWith("\0");
      session.receive(binary ? Buffer.from(text.slice(1), "base64") : text);
    }
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return new Response(await answer, { headers });
  }

  /** @param {Request} request @param {string} id @param {Sse | Poll} transport */
  #begin(request, id, transport) {
    if (this.#live.draining) {
      throw new Refusal(503, "DRAINING", "this gateway ends", { "retry-after": "1" });
    }
    const { pathname, search } = new URL(request.url);
    const opening = this.#live.opening(pathname + search, [...request.headers].flat());
    const session = new Session(this.#live, transport, id, opening);
    const before = this.#sessions.get(id);
    this.#sessions.set(id, session);
    before?.end(4409, "replaced by a newer connection");
    transport.onEnd = () => {
      if (this.#sessions.get(id) === session) this.#sessions.delete(id);
    };
    return session;
  }

  /** @param {Request} request */
  #body(request) {
    return bodyOf(request, { body: this.#live.limits.message });
  }
}

/** Whose token a request has, if it has one. @param {Live} live @param {Request} request */
export async function bearer(live, request) {
  const [, token] = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (token === undefined) return undefined;
  try {
    return await live.authenticated(token, request);
  } catch {
    throw new Refusal(401, "UNAUTHORIZED", "the token is refused");
  }
}

/** @param {unknown} text @returns {string} */
function idOf(text) {
  if (typeof text === "string" && /^[\w-]{16,64}$/.test(text)) return text;
  throw new Refusal(400, "BAD_SESSION", "a session has 16 to 64 letters, digits, - or _");
}

/** @param {string | undefined} text */
function named(text) {
  if (text === undefined) throw nothing();
  try {
    return channelOf(decodeURIComponent(text));
  } catch (error) {
    const message = error instanceof Refused ? error.message : "a name must be percent-encoded";
    throw new Refusal(400, "BAD_CHANNEL", message);
  }
}

/** @param {Uint8Array} body */
function textOf(body) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return ""; // not a frame
  }
}

/** @param {Uint8Array} body @returns {string[]} */
function framesOf(body) {
  try {
    const frames = JSON.parse(textOf(body));
    if (Array.isArray(frames) && frames.every((frame) => typeof frame === "string")) return frames;
  } catch {
    // Refused below.
  }
  throw new Refusal(400, "BAD_JSON", "the body must be a JSON list of frames");
}

const nothing = () => new Refusal(404, "NOT_FOUND", "there is nothing at this address");
const gone = () => new Refusal(404, "NO_SESSION", "there is no such session: begin another one");
/** @param {string} allow */
const notAllowed = (allow) =>
  new Refusal(405, "METHOD_NOT_ALLOWED", `allowed here: ${allow}`, { allow });
