import { parsePosition, positionText } from "../../sync/position.js";
import { bucketOfTransaction } from "../engine.node.js";
import { bad, integerOf, Refused } from "./requests.node.js";
import { dataOf, encoded, keyOf } from "./state-values.node.js";
import { StateWatch } from "./state-watch.node.js";

/** @typedef {import("./session.node.js").Session} Session */
/** @typedef {import("../engine.node.js").Fence} Fence */

const MOST_KEYS = 100; // of a transaction

/**
 * Shared state: the gateway's values, read as they are now and changed by versions. Versions are
 * `epoch:offset`, and `null` for no value.
 *
 *     get       { key } -> { data?, version }
 *     set       { key, data, version?, fence?, ttl? } -> { version }
 *     delete    { key, version?, fence? } -> { version: null }
 *     transact  { reads: [[key, version], …], writes: [[key, data], [key], …], fence? } -> { versions }
 *     `#state:<key>`: "set" and "delete" with data { value, version }; binary values as data, and their
 *     version is the event's position
 *
 * Refused with `CONFLICT` (another version), `FENCED` (not the lock's holder) and `BUCKETS`.
 * @param {import("./live.node.js").Live} live @param {import("../values.node.js").Values} values
 */
export function addState(live, values) {
  /** @param {Session} session @param {any} args @param {{ key: string, value?: any }[]} writes */
  const change = async (session, { reads, fences }, writes) => {
    const keys = new Set([...reads, ...writes].map(({ key }) => key));
    const written = new Set(writes.map(({ key }) => key));
    for (const key of keys) await live.allow(session, "state", key, written.has(key));
    checkBucket(reads, writes, fences);
    const made = await values.transact(reads, writes, { fences });
    if ("versions" in made) return made.versions.map(positionText);
    if (made.refused === "CONFLICT") throw new Refused("CONFLICT", `${made.key} has changed`);
    throw new Refused("FENCED", `the lock ${made.lock} is not held with this token`);
  };

  live.kinds.set("get", async (session, args) => {
    const key = keyOf(args.key);
    await live.allow(session, "state", key, false);
    const [{ stored, version }] = await values.current([key]);
    return { ...(stored && { data: dataOf(stored) }), version: version && positionText(version) };
  });

  live.kinds.set("set", async (session, { key: name, data, version, fence, ttl }) => {
    const key = keyOf(name);
    const value = encoded(data);
    if (ttl !== undefined) value.ttl = integerOf(ttl, "ttl", 1, 10 * 365 * 86_400_000);
    const conditions = { reads: readsOf(key, version), fences: fencesOf(fence) };
    const [made] = await change(session, conditions, [{ key, value }]);
    return { version: made };
  });

  live.kinds.set("delete", async (session, { key: name, version, fence }) => {
    const key = keyOf(name);
    const conditions = { reads: readsOf(key, version), fences: fencesOf(fence) };
    await change(session, conditions, [{ key }]);
    return { version: null };
  });

  live.kinds.set("transact", async (session, { reads: read = [], writes = [], fence }) => {
    const reads = listOf(read, "reads").flatMap(([key, version]) => {
      if (version === undefined) throw bad("each of reads must be [key, version]");
      return readsOf(keyOf(key), version);
    });
    const changes = listOf(writes, "writes").map((write) => {
      const key = keyOf(write[0]);
      return write.length > 1 ? { key, value: encoded(write[1]) } : { key };
    });
    const versions = await change(session, { reads, fences: fencesOf(fence) }, changes);
    return { versions: versions.map((version, i) => (changes[i].value ? version : null)) };
  });

  live.own.add("#state:", { kind: "state", source: new StateWatch(live, values) });
}

/** @param {string} key @param {unknown} version @returns {import("../engine.node.js").Read[]} */
function readsOf(key, version) {
  if (version === undefined) return [];
  const position = typeof version === "string" ? parsePosition(version) : null;
  if (!position && version !== null) throw bad("a version must be what get or set has returned");
  return [{ key, version: position ?? null }];
}

/** @param {any} fence @returns {Fence[]} */
function fencesOf(fence) {
  if (fence === undefined) return [];
  const lock = keyOf(fence?.lock, "a fence's lock");
  return [{ lock, token: integerOf(fence.token, "a fence's token", 1, Number.MAX_SAFE_INTEGER) }];
}

/** @param {unknown} list @param {string} what @returns {any[][]} */
function listOf(list, what) {
  const fine = Array.isArray(list) && list.length <= MOST_KEYS && list.every(Array.isArray);
  if (!fine) throw bad(`${what} must be a list of up to ${MOST_KEYS} lists`);
  return list;
}

/** @param {Parameters<typeof bucketOfTransaction>} all */
function checkBucket(...all) {
  try {
    bucketOfTransaction(...all);
  } catch (error) {
    throw new Refused("BUCKETS", /** @type {Error} */ (error).message);
  }
}
