import { parseAsOf } from "../../sync/position.js";
import { badAnswer, checkStatus } from "../../sync/transport.js";

/** @typedef {import("../../sync/position.js").Position} Position */

/**
 * @typedef {object} Answer
 * @property {any} value undefined: the key has none
 * @property {string[]} tags
 * @property {number} ttl ms that it may still be kept; `Infinity` for no end
 * @property {boolean} stale the gateway could not renew it yet
 * @property {Position} asOf in the log of the key's bucket: every change until then is in it
 * @property {Position} tagsAsOf in the log of tags
 * @property {"edge" | "remote"} level that answered
 * @property {number} bytes of the body, as far as the answer says
 */

const JSON_TYPE = "application/json";

/** Values of a gateway over HTTP, and what caches on the way keep of them. */
export class RemoteValues {
  #transport;

  /** @param {import("../../sync/transport.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /**
   * @param {string} key
   * @param {{ signal?: AbortSignal, newest?: boolean }} [options] newest: past the caches on the way
   * @returns {Promise<Answer>} rejects as `Transport.ask`
   */
  get(key, { signal, newest } = {}) {
    /** @type {HeadersInit} */
    const headers = newest ? { "cache-control": "no-cache" } : {};
    return this.#transport.ask(pathOf(key), { headers, signal }, async (response) => {
      const places = placesOf(response.headers.get("apus-as-of"));
      if (response.status !== 404) checkStatus(response);
      if (!places) throw badAnswer();
      return { ...places, ...(await contentOf(response)) };
    });
  }

  /**
   * @param {string[]} keys up to 1,000
   * @returns {Promise<Map<string, Answer>>} without those that failed
   */
  batch(keys) {
    return this.#transport.ask("batch", json("POST", { get: keys }), async (response) => {
      checkStatus(response);
      const { values } = Object(await jsonOf(response));
      /** @type {Map<string, Answer>} */
      const answers = new Map();
      for (const key of keys) {
        const it = Object(values?.[key]);
        const places = placesOf(it.asOf);
        if (it.error) continue;
        if (!places || !rightTags(it.tags ?? [])) throw badAnswer();
        const { value, base64, tags = [], ttl = Number.POSITIVE_INFINITY, stale = false } = it;
        const bytes = base64 === undefined ? undefined : bytesOf(base64);
        const kept = { value: bytes ?? value, tags, ttl: Number(ttl), stale: stale === true };
        answers.set(key, { ...places, ...kept, level: "remote", bytes: bytes?.length ?? 0 });
      }
      return answers;
    });
  }

  /**
   * @param {string} key @param {any} value bytes as they are, everything else as JSON
   * @param {{ tags: readonly string[], ttl: number }} entry
   * @returns {Promise<{ asOf: Position, tagsAsOf: Position }>} of the new value
   */
  put(key, value, { tags, ttl }) {
    const bytes = value instanceof Uint8Array;
    const headers = {
      "content-type": bytes ? "application/octet-stream" : JSON_TYPE,
      ...(tags.length > 0 && { "apus-tags": tags.map(encodeURIComponent).join(",") }),
      ...(ttl < Number.POSITIVE_INFINITY && { "apus-ttl": String(Math.round(ttl)) }),
    };
    const body = /** @type {BodyInit} */ (bytes ? value : JSON.stringify(value));
    return this.#transport.ask(pathOf(key), { method: "PUT", headers, body }, changed);
  }

  /** @param {string} key */
  delete(key) {
    return this.#transport.ask(pathOf(key), { method: "DELETE" }, changed);
  }

  /** @param {{ tags?: string[], prefixes?: string[] }} what */
  invalidate(what) {
    return this.#transport.ask("invalidate", json("POST", what), checkStatus);
  }
}

/** @param {string} key */
const pathOf = (key) => `k/${encodeURIComponent(key)}`;

/** @param {string} method @param {object} body @returns {RequestInit} */
const json = (method, body) => ({
  method,
  headers: { "content-type": JSON_TYPE },
  body: JSON.stringify(body),
});

/** @param {Response} response */
function changed(response) {
  checkStatus(response);
  const places = placesOf(response.headers.get("apus-as-of"));
  if (!places) throw badAnswer();
  return places;
}

/** @param {any} text @returns {{ asOf: Position, tagsAsOf: Position } | undefined} */
function placesOf(text) {
  const places = parseAsOf(text);
  return places && { asOf: places[0], tagsAsOf: places[1] };
}

/**
 * The value of an answer, and what its headers say of it.
 * @param {Response} response
 */
async function contentOf(response) {
  const { headers, status } = response;
  const age = Number(headers.get("age")) || 0;
  // Of several caches (RFC 9211), the gateway names itself `apus`.
  const others = (headers.get("cache-status") ?? "")
    .split(",")
    .filter((it) => !/^\s*apus\b/.test(it));
  const edge = age > 0 || others.some((it) => /;\s*hit\b/.test(it));
  const about = {
    tags: namesOf(headers.get("apus-tags")),
    ttl: headers.has("apus-ttl")
      ? Number(headers.get("apus-ttl")) - 1000 * age
      : Number.POSITIVE_INFINITY,
    stale: /detail=stale/.test(headers.get("cache-status") ?? ""),
    level: /** @type {"edge" | "remote"} */ (edge ? "edge" : "remote"),
  };
  if (!(about.ttl >= Number.NEGATIVE_INFINITY)) throw badAnswer();
  if (status === 404) return { ...about, value: undefined, bytes: 0 };
  const type = headers.get("content-type") ?? "";
  const body = new Uint8Array(await response.arrayBuffer());
  return { ...about, value: decoded(body, type), bytes: body.length };
}

/** @param {Uint8Array} body @param {string} type */
function decoded(body, type) {
  if (!/^text\/|json\b/.test(type)) return body;
  const text = new TextDecoder().decode(body);
  if (/^text\//.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(`the gateway's value is not ${type}`);
  }
}

/** @param {string | null} text percent-encoded, with commas between */
function namesOf(text) {
  try {
    return text ? text.split(",").map((name) => decodeURIComponent(name.trim())) : [];
  } catch {
    throw badAnswer();
  }
}

/** @param {Response} response */
async function jsonOf(response) {
  try {
    return await response.json();
  } catch (cause) {
    if (cause instanceof SyntaxError) throw badAnswer("the gateway's answer is not JSON");
    throw cause;
  }
}

/** @param {unknown} tags @returns {tags is string[]} */
const rightTags = (tags) => Array.isArray(tags) && tags.every((tag) => typeof tag === "string");

/** @param {string} base64 */
const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
