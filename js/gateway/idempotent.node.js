import { createHash } from "node:crypto";
import { BUCKETS, bucketOf } from "../sync/bucket.js";
import { fenced, notHeld, ofOneBucket } from "./fences.node.js";
import { KEPT, replay } from "./postgres/tables/results.node.js";
import { Refusal } from "./requests.node.js";

/** @typedef {import("../sync/position.js").Position} Position */
/** @typedef {import("./values.node.js").Values} Values */

/**
 * A change of one value. Without a `value` it is deleted.
 * @typedef {object} Change
 * @property {string} key
 * @property {Parameters<Values["set"]>[1]} [value]
 * @property {import("./engine.node.js").Conditions} conditions
 * @property {import("./engine.node.js").Fence} [fence]
 */

/**
 * `Idempotency-Key`: a string of structured fields (RFC 9651), or its bare text.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 * @param {Headers} headers
 * @returns {string | undefined}
 */
export function idempotencyKey(headers) {
  const text = headers.get("idempotency-key");
  if (text === null) return undefined;
  const [, quoted] = /^\s*"((?:[^"\\]|\\["\\])*)"\s*$/.exec(text) ?? [];
  const key = quoted === undefined ? text.trim() : quoted.replaceAll(/\\(.)/g, "$1");
  if (/^[\x20-\x7e]{1,128}$/.test(key)) return key;
  throw new Refusal(400, "BAD_HEADER", "Idempotency-Key must be a string of 1 to 128 characters");
}

/** Tells requests with the same key apart. @param {unknown[]} words @param {Uint8Array} [body] */
export const digestOf = (words, body = new Uint8Array()) =>
  createHash("sha256").update(JSON.stringify(words)).update(body).digest("base64url");

/**
 * @param {Values} values @param {Change} change
 * @param {string} [idempotency] its key
 * @returns {Promise<{ version: Position | undefined, replayed: boolean }>} version: undefined when
 *   a condition refuses it
 * @throws {Refusal} `KEY_REUSED`, `FENCED`, `BAD_HEADER`; the engine's errors
 */
export async function changeValue(values, change, idempotency) {
  if (idempotency !== undefined) return changeOnce(values, change, idempotency);
  const { key, value, conditions, fence } = change;
  const made = fence
    ? fenced(values, key, value, conditions, fence)
    : value
      ? values.set(key, value, conditions)
      : values.delete(key, conditions);
  return { version: await made, replayed: false };
}

/**
 * Changes a value once for each key: the answer is kept next to the value for 24 hours, written in
 * the same transaction. So there is no moment in which one is there without the other, and of
 * requests that come at the same time, one changes the value and the others get its answer.
 * @param {Values} values @param {Change} change @param {string} idempotency
 * @returns {ReturnType<typeof changeValue>}
 */
async function changeOnce(values, { key, value, conditions, fence }, idempotency) {
  const digest = digestOf([value ? "PUT" : "DELETE", key], value?.body);
  const name = resultName(key, idempotency);
  const reads = conditions.ifVersion === undefined ? [] : [{ key, version: conditions.ifVersion }];
  for (;;) {
    const [{ stored, version }] = await values.current([name]);
    if (stored) {
      const kept = JSON.parse(Buffer.from(stored.body).toString());
      replay(kept, digest);
      if (kept.code === "FENCED") throw notHeld({ "idempotent-replayed": "true" });
      const { epoch, offset } = stored.version;
      // The value was written just before.
      return { version: kept.code ? undefined : { epoch, offset: offset - 1 }, replayed: true };
    }
    const made = await values
      .transact(
        [{ key: name, version }, ...reads],
        [
          { key, value },
          { key: name, value: result({ digest }) },
        ],
        { fences: fence ? [fence] : [] },
      )
      .catch(ofOneBucket);
    if ("versions" in made) return { version: made.versions[0], replayed: false };
    if (made.refused === "CONFLICT" && made.key === name) continue; // another was first
    const code = made.refused === "FENCED" ? "FENCED" : "CHANGED";
    if (!(await values.set(name, result({ digest, code }), { ifVersion: version }))) continue;
    if (code === "FENCED") throw notHeld();
    return { version: undefined, replayed: false };
  }
}

/** @param {{ digest: string, code?: string }} kept @returns {Parameters<Values["set"]>[1]} */
const result = (kept) => ({
  body: Buffer.from(JSON.stringify(kept)),
  type: "application/json",
  ttl: KEPT,
});

/** A hash tag for each bucket. @type {string[]} */
const tags = [];
for (let n = 0; Object.keys(tags).length < BUCKETS; n++) tags[bucketOf(String(n))] ??= String(n);

/** In the bucket of the key, and with a control character, which no request may name. @param {string} key @param {string} idempotency */
const resultName = (key, idempotency) =>
  `\u0001once:{${tags[bucketOf(key)]}}:${key}\u0001${idempotency}`;
