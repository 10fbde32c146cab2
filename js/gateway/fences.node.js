import { Refusal } from "./requests.node.js";

/** @typedef {import("./engine.node.js").Fence} Fence */

/**
 * The holder of a lock, in `Apus-Fence: <lock>;<token>`, the name percent-encoded.
 * @param {Headers} headers
 * @returns {Fence | undefined}
 */
export function fenceOf(headers) {
  const text = headers.get("apus-fence");
  if (text === null) return undefined;
  const [, name = "", token] = /^([^;]+);(\d{1,16})$/.exec(text) ?? [];
  try {
    const lock = decodeURIComponent(name);
    if (lock && Number.isSafeInteger(Number(token))) return { lock, token: Number(token) };
  } catch {
    // Refused below.
  }
  throw new Refusal(400, "BAD_HEADER", "Apus-Fence must be the name of a lock;its token");
}

/**
 * Changes a value for the holder of a lock alone.
 * @param {import("./values.node.js").Values} values @param {string} key
 * @param {Parameters<import("./values.node.js").Values["set"]>[1] | undefined} value
 * @param {import("./engine.node.js").Conditions} conditions @param {Fence} fence
 * @returns {Promise<import("./engine.node.js").Position | undefined>} undefined: the condition refuses it
 */
export async function fenced(values, key, value, { ifVersion }, fence) {
  const reads = ifVersion === undefined ? [] : [{ key, version: ifVersion }];
  const made = await values
    .transact(reads, [{ key, value }], { fences: [fence] })
    .catch(ofOneBucket);
  if ("versions" in made) return made.versions[0];
  if (made.refused === "CONFLICT") return undefined;
  throw notHeld();
}

/** @param {Record<string, string>} [headers] */
export const notHeld = (headers) =>
  new Refusal(412, "FENCED", "the lock is not held with this token", headers);

/** For a lock that is not in the bucket of the key. @param {unknown} error @returns {never} */
export function ofOneBucket(error) {
  if (error instanceof RangeError) throw new Refusal(400, "BAD_HEADER", error.message);
  throw error;
}
