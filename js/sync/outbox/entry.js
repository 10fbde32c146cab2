import { ApusError } from "../../core/errors.js";

const BODY_MOST = 16 * 1024 * 1024; // bytes
const NAME_MOST = 128; // characters

/**
 * A value of the cache that is shown before the server has agreed, and what was there before.
 * @typedef {{ key: unknown, value: unknown, before?: unknown }} Shown
 *
 * An entry as it is stored.
 * @typedef {object} Entry
 * @property {number} id in the order of `add`
 * @property {string} key of idempotency, unique in the outbox
 * @property {string} lane
 * @property {string} [queue] the lane, unless it is parked: the index of what waits
 * @property {string} url @property {string} method @property {[string, string][]} headers
 * @property {RequestCredentials} credentials
 * @property {string[]} tags
 * @property {Shown[]} optimistic
 * @property {"waiting" | "sending" | "parked"} state
 * @property {number} attempts how often it was sent
 * @property {number} answered attempts with an answer, and
 * @property {number} unanswered those without one while the browser was online, since `retry`
 * @property {number} added ms since 1970
 * @property {number} [first] when it was sent first, since `retry`
 * @property {number} [next] not to be sent before
 * @property {number} [status] of the last answer @property {unknown} [problem] its body
 */

/** What may be sent. @typedef {{ url: string | URL, method?: string, body?: BodyInit | null, headers?: HeadersInit, credentials?: RequestCredentials }} Asked */

/**
 * @typedef {object} AddOptions
 * @property {string} [lane] requests of a lane are sent one after the other; default ""
 * @property {string} [key] of idempotency; default a random one
 * @property {string[]} [tags] of the cache's entries that are invalid once the request is applied
 * @property {{ key: unknown, value: unknown }[]} [optimistic] shown at once, rolled back on refusal
 */

/**
 * @param {unknown} value @param {string} name @param {string} code @param {number} [least] characters
 * @throws {TypeError} @throws {ApusError} with the code
 */
export function checkText(value, name, code, least = 0) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string`);
  if (value.length >= least && value.length <= NAME_MOST) return;
  const length = `${least} to ${NAME_MOST} characters`;
  throw new ApusError(code, `${name} must have ${length}, got ${value.length}`);
}

/** @param {AddOptions} options with all that it needs to have */
function checkAdd({ lane, key, tags = [], optimistic = [] }) {
  checkText(lane, "add: lane", "BAD_LANE");
  checkText(key, "add: key", "BAD_KEY", 1);
  if (!/^[\x20-\x7e]+$/.test(/** @type {string} */ (key))) {
    throw new ApusError("BAD_KEY", "add: key must be printable ASCII");
  }
  if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== "string")) {
    throw new TypeError("add: tags must be an array of strings");
  }
  if (!Array.isArray(optimistic) || optimistic.some((it) => it?.key === undefined)) {
    throw new TypeError("add: optimistic must be an array of { key, value }");
  }
}

/**
 * Reads a request, whose body stays usable.
 * @param {Request | Asked} request
 * @param {AddOptions} options checked here
 * @returns {Promise<{ entry: Omit<Entry, "id">, body: ArrayBuffer | null }>}
 * @throws {TypeError} for a bad argument @throws {ApusError} `BAD_LANE`, `BAD_KEY`, `BODY_USED`,
 *   `BODY_TOO_LARGE`
 */
export async function entryOf(request, options) {
  const { lane = "", key = crypto.randomUUID(), tags = [], optimistic = [] } = options;
  checkAdd({ lane, key, tags, optimistic });
  const whole = asRequest(request);
  const bytes = await whole.arrayBuffer();
  if (bytes.byteLength > BODY_MOST) {
    const size = `at most ${BODY_MOST} bytes, got ${bytes.byteLength}`;
    throw new ApusError("BODY_TOO_LARGE", `add: the body must have ${size}`);
  }
  const { url, method, credentials } = whole;
  const headers = new Headers(whole.headers);
  headers.set("idempotency-key", `"${key.replace(/["\\]/g, "\\$&")}"`);
  return {
    entry: {
      ...{ key, lane, queue: lane, url, method, credentials, tags, optimistic },
      headers: [...headers],
      ...{ state: "waiting", attempts: 0, answered: 0, unanswered: 0, added: Date.now() },
    },
    body: bytes.byteLength > 0 ? bytes : null,
  };
}

/** @param {Request | Asked} request @returns {Request} a copy */
function asRequest(request) {
  if (request instanceof Request) {
    if (request.bodyUsed || request.body?.locked) {
      throw new ApusError("BODY_USED", "add: the request's body was read already");
    }
    if (request.mode === "no-cors") {
      throw new TypeError("add: an answer to a no-cors request cannot be read");
    }
    return request.clone();
  }
  if (typeof request?.url !== "string" && !(request?.url instanceof URL)) {
    throw new TypeError("add: request must be a Request or have a url");
  }
  const { url, method = "POST", body, headers, credentials } = request;
  if (body instanceof ReadableStream) {
    throw new TypeError("add: body must not be a stream; pass a Request, a Blob or bytes");
  }
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return new Request(new URL(url, base), { method, body, headers, credentials });
}

/**
 * What users see of an entry.
 * @param {Entry} entry
 */
export function shown(entry) {
  const { id, lane, url, method, state, attempts, added, next, status, problem } = entry;
  return { id, lane, url, method, state, attempts, added, next, status, problem };
}
