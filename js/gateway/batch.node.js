import { compare, parsePosition, positionText } from "../sync/position.js";
import { checkedKey, Refusal, seenOf } from "./requests.node.js";

/** @typedef {import("../sync/position.js").Position} Position */

/**
 * What a batch asks for: keys, the version of each that the client has, and what the client has seen.
 * @typedef {object} Batch
 * @property {string[]} keys
 * @property {(Position | undefined)[]} have
 * @property {(import("./values.node.js").Seen | undefined)[]} seen
 */

/**
 * @param {Record<string, unknown>} body `{ get: [key, …], have: { key: "epoch:offset" }, seen: { key: Apus-Seen } }`
 * @param {Required<import("./requests.node.js").Limits>} limits
 * @returns {Batch}
 */
export function batchOf({ get, have = {}, seen = {} }, limits) {
  if (!Array.isArray(get) || get.length > limits.batch) {
    throw new Refusal(400, "BAD_BATCH", `get must be a list of up to ${limits.batch} keys`);
  }
  const keys = get.map((key) => checkedKey(key, limits));
  const versions = texts(have, "have");
  const places = texts(seen, "seen");
  return {
    keys,
    have: keys.map((key) => {
      const text = versions.get(key);
      const version = text === undefined ? undefined : parsePosition(text);
      if (text !== undefined && !version) {
        throw new Refusal(400, "BAD_BATCH", "have must hold versions, as epoch:offset");
      }
      return version;
    }),
    seen: keys.map((key) => seenOf(places.get(key) ?? null)),
  };
}

/**
 * The answer to one key.
 * @param {import("./values.node.js").Found} found
 * @param {Position} [have] the client's version: of an unchanged value it gets no body
 */
export function batched({ stored, stale, asOf, tagsAsOf }, have) {
  const place = { asOf: `${positionText(asOf)}, ${positionText(tagsAsOf)}` };
  if (!stored?.type) return place;
  const { body, type, tags, version, expiresAt } = stored;
  const left = expiresAt - Date.now();
  const until = left < Number.POSITIVE_INFINITY ? { ttl: Math.max(0, Math.round(left)) } : {};
  if (have && compare(have, version) === 0) return { ...place, unchanged: true, stale, ...until };
  const json = type === "application/json";
  return {
    ...{ ...place, version: positionText(version), type, tags, stale, ...until },
    ...(json
      ? { value: JSON.parse(Buffer.from(body).toString()) }
      : { base64: Buffer.from(body).toString("base64") }),
  };
}

/** @param {unknown} object @param {string} name @returns {Map<string, string>} */
function texts(object, name) {
  const all = object !== null && typeof object === "object" ? Object.entries(object) : undefined;
  if (!all || Array.isArray(object) || !all.every(([, text]) => typeof text === "string")) {
    throw new Refusal(400, "BAD_BATCH", `${name} must be an object of texts by key`);
  }
  return new Map(all);
}
