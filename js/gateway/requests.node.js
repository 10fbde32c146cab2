import { parsePosition } from "../sync/position.js";

/** Version of what clients and gateways say to each other. */
export const PROTOCOL = 1;

/** A request that is refused, as `application/problem+json` (RFC 9457). */
export class Refusal extends Error {
  /**
   * @param {number} status of HTTP
   * @param {string} code stable, upper case
   * @param {string} message for people
   * @param {Record<string, string>} [headers]
   * @param {object} [details] for programs
   */
  constructor(status, code, message, headers = {}, details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }

  /** As JSON. */
  get problem() {
    const { status, code, message, details } = this;
    return { type: "about:blank", title: message, status, code, ...details };
  }

  get response() {
    const { status, headers, problem } = this;
    return Response.json(problem, {
      status,
      headers: {
        ...headers,
        "content-type": "application/problem+json",
        "cache-control": "no-store",
      },
    });
  }
}

/**
 * @typedef {object} Limits
 * @property {number} [body] bytes of a request; default 1 MB
 * @property {number} [key] bytes of a key; default 1,024
 * @property {number} [tag] characters of a tag or prefix; default 256
 * @property {number} [tags] of a value or an invalidation; default 64
 * @property {number} [batch] keys of a batch; default 1,000
 * @property {number} [records] of a batch of a table; default 100,000
 */

/** @type {Required<Limits>} */
export const defaultLimits = {
  body: 1e6,
  key: 1024,
  tag: 256,
  tags: 64,
  batch: 1000,
  records: 100_000,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
const control = /[\u0000-\u001f\u007f]/;

/** @param {unknown} key @param {Limits} limits @returns {string} */
export function checkedKey(key, { key: most = 0 }) {
  if (typeof key !== "string" || key === "" || control.test(key) || !key.isWellFormed()) {
    throw new Refusal(
      400,
      "BAD_KEY",
      "a key must be text of at least one character, without control characters",
    );
  }
  if (Buffer.byteLength(key) > most) {
    throw new Refusal(414, "KEY_TOO_LONG", `a key may have ${most} bytes at most`);
  }
  return key;
}

/** @param {unknown} names @param {string} what @param {Limits} limits @returns {string[]} */
export function checkedNames(names, what, { tag: longest = 0, tags: most = 0 }) {
  if (names === undefined) return [];
  if (!Array.isArray(names))
    throw new Refusal(400, "BAD_TAGS", `${what} must be a list of strings`);
  if (names.length > most) throw new Refusal(400, "BAD_TAGS", `${most} ${what} at most`);
  for (const name of names) {
    if (
      typeof name !== "string" ||
      name.length > longest ||
      control.test(name) ||
      !name.isWellFormed()
    ) {
      throw new Refusal(
        ...[400, "BAD_TAGS"],
        `each of ${what} must be text of up to ${longest} characters, without control characters`,
      );
    }
  }
  return names;
}

/** The tags of a header: percent-encoded, with commas between. @param {string | null} text */
export function headerNames(text) {
  try {
    return text ? text.split(",").map((tag) => decodeURIComponent(tag.trim())) : [];
  } catch {
    throw new Refusal(400, "BAD_TAGS", "Apus-Tags must be percent-encoded");
  }
}

/** @param {Headers} headers @param {string} name @returns {number | undefined} ms */
export function milliseconds(headers, name) {
  const text = headers.get(name);
  if (text === null) return undefined;
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(ms <= 10 * 365 * 86_400_000)) {
    throw new Refusal(
      400,
      "BAD_HEADER",
      `${name} must be a number of milliseconds, up to ten years`,
    );
  }
  return ms;
}

/**
 * A client that speaks another protocol is told so, instead of being misunderstood.
 * @param {Headers} headers with the client's version in `Apus-Protocol`, if it has one
 */
export function protocolOf(headers) {
  const text = headers.get("apus-protocol");
  if (text === null || text === String(PROTOCOL)) return;
  const range = { supported: [PROTOCOL, PROTOCOL] };
  throw new Refusal(400, "PROTOCOL", `this gateway speaks protocol ${PROTOCOL}`, {}, range);
}

/**
 * What the client has seen: positions in the log of the key's bucket and in that of tags, as
 * `Apus-As-Of` has them.
 * @param {string | null} text
 * @returns {import("./values.node.js").Seen | undefined}
 */
export function seenOf(text) {
  if (text === null) return undefined;
  const [key, tags, ...more] = text.split(",").map((place) => parsePosition(place.trim()));
  if (!key || !tags || more.length) {
    throw new Refusal(
      400,
      "BAD_HEADER",
      "Apus-Seen must be two positions: epoch:offset, epoch:offset",
    );
  }
  return { key, tags };
}

/**
 * The condition of a change: `If-None-Match: *` for a key without a value, `If-Match` for a version.
 * @param {Headers} headers
 * @returns {import("./engine.node.js").Conditions}
 */
export function conditionsOf(headers) {
  if (headers.get("if-none-match") === "*") return { ifVersion: null };
  const text = headers.get("if-match");
  if (text === null) return {};
  const [, version] = /^(?:W\/)?"([^"]*)"$/.exec(text) ?? [];
  const ifVersion = version === undefined ? undefined : parsePosition(version);
  if (!ifVersion) throw new Refusal(400, "BAD_HEADER", "If-Match must be one ETag of this gateway");
  return { ifVersion };
}

/**
 * Reads a body up to the limit.
 * @param {Request} request @param {Limits} limits
 * @returns {Promise<Uint8Array>}
 */
export async function bodyOf(request, { body: most = 0 }) {
  const tooLarge = () =>
    new Refusal(413, "BODY_TOO_LARGE", `a body may have ${most} bytes at most`);
  if (Number(request.headers.get("content-length")) > most) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const pieces = [];
  let size = 0;
  for await (const piece of request.body) {
    size += piece.byteLength;
    if (size > most) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** @param {Request} request @param {Limits} limits @returns {Promise<Record<string, unknown>>} */
export async function jsonOf(request, limits) {
  const body = await bodyOf(request, limits);
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // Refused below.
  }
  throw new Refusal(400, "BAD_JSON", "the body must be a JSON object");
}
