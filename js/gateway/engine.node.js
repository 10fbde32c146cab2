// What an engine of the gateway keeps and does. Two engines exist: memory, and Valkey or Redis.
// tests/gateway/conformance.js holds both to this contract.
import { BUCKETS, bucketOf } from "../sync/bucket.js";

/** @typedef {import("../sync/position.js").Position} Position */
/** @typedef {import("../sync/position.js").Cursor} Cursor */

/** The log of invalidated tags and prefixes; the logs before it are those of the buckets. */
export const TAGS = BUCKETS;
export const LOGS = BUCKETS + 1;

/**
 * A value with all that decides whether it may be used.
 * @typedef {object} Value
 * @property {Uint8Array} body
 * @property {string} type content type of the body; empty for a key that is known to have no value
 * @property {string[]} tags
 * @property {Position} asOf in the log of tags: no later invalidation is known to the value
 * @property {number} expiresAt ms since 1970; `Infinity` for never
 * @property {number} staleFor ms after `expiresAt` during which it may still be served as stale
 * @property {string} check of its event; see `Cursor`
 */

/**
 * @typedef {Value & { version: Position }} Stored
 * The version is the position of its event in the log of its bucket.
 */

/**
 * One change. `set`, `fill` and `delete` name a key, `tag` a tag and `prefix` the beginning of keys.
 * A fill is a loaded value where there was none, or none that was valid. `epoch` says that a new
 * epoch began, because history was lost.
 * @typedef {object} Event
 * @property {"set" | "fill" | "delete" | "tag" | "prefix" | "epoch"} kind
 * @property {string} name empty for `epoch`
 * @property {Position} at
 * @property {string} check random; see `Cursor`
 */

/**
 * @typedef {object} Events
 * @property {false | "trimmed" | "replaced"} lost why changes after the cursor are missing: the log
 *   does not reach back so far, or another history has taken their place. Then `events` is empty
 *   and whoever asked has to compare what it holds.
 * @property {Event[]} events those after the cursor, oldest first
 * @property {Cursor | undefined} head of the log, or of the events if there are more; undefined
 *   while the log is empty
 */

/**
 * Conditions of a write; it is refused as a whole when one fails.
 * @typedef {object} Conditions
 * @property {Position | null} [ifVersion] the version that is there now; `null` for none
 * @property {number} [lease] the token that `lease` gave; a later lease refuses this write, which is
 *   a fill
 */

/**
 * Someone may load the key until `until`. Tokens of a key grow, so a holder that was stopped for
 * longer than its lease cannot overwrite its successor's value: a fencing token.
 * @typedef {object} Lease
 * @property {number} token 0 when another holder has the lease
 * @property {number} wait ms until that lease ends
 */

/**
 * What a transaction has read: the version, or `null` for no value. It is done as a whole only while
 * all of that is still so.
 * @typedef {{ key: string, version: Position | null }} Read
 *
 * What it changes: without a value, the key is deleted.
 * @typedef {{ key: string, value?: Value }} Write
 *
 * Writes with a fence are done only while this token is that of the lock's holder.
 * @typedef {{ lock: string, token: number }} Fence
 *
 * The version of each write, or why nothing was done.
 * @typedef {{ versions: Position[] } | { refused: "CONFLICT", key: string } | { refused: "FENCED", lock: string }} Transacted
 */

/**
 * Locks that end by themselves. Tokens of a lock grow for ever, also after its end and when a failover
 * has lost it. Who waits for a lock gets it in no particular order.
 * @typedef {object} Locks
 * @property {(lock: string, ms: number, holder: string) => Promise<Lease>} acquire
 *   the holder itself gets the token that it has, and `ms` from now on
 * @property {(lock: string, token: number, ms: number) => Promise<boolean>} renew
 *   whether the lock was still held with this token, and is held for `ms` from now on
 * @property {(lock: string, token: number) => Promise<boolean>} release of another token, nothing
 */

/**
 * What happened: a lock was released, or something was appended to the log of a bucket by `transact`.
 * @typedef {{ lock: string } | { log: number }} Wake
 */

/**
 * Where values and logs live. Every method rejects with the engine's error if it cannot be
 * reached; then nothing or everything of the call has happened.
 * @typedef {object} Engine
 * @property {(keys: string[], asOf?: Position[]) => Promise<(Stored | undefined)[]>} read
 *   `asOf`: positions of the keys' logs; every change until then is in the answers. Without it, the
 *   newest values.
 * @property {(key: string, value: Value, conditions?: Conditions) => Promise<Position | undefined>} write
 *   value and event together; undefined when a condition refuses it
 * @property {(key: string, conditions?: Conditions) => Promise<Position | undefined>} remove
 *   ends leases of the key; there is an event even if there was no value
 * @property {(tags: string[], prefixes: string[]) => Promise<Position>} invalidate
 *   the position of the last of the events; entries as of an older one are dead
 * @property {(tags: string[]) => Promise<{ tags: (Position | undefined)[], floor?: Position }>} generations
 *   when each tag was invalidated last. An engine remembers a limited number: everything as of
 *   before `floor` is dead.
 * @property {() => Promise<Map<string, Position>>} prefixes when each was invalidated last; the
 *   empty prefix is the floor
 * @property {(key: string, ms: number) => Promise<Lease>} lease
 * @property {(key: string, token: number) => Promise<void>} release ends a lease early; of another
 *   token, nothing
 * @property {() => Promise<(Cursor | undefined)[]>} heads of all logs
 * @property {(log: number, after: import("../sync/position.js").Seen | undefined, limit: number) => Promise<Events>} events
 *   without a cursor, all of them, which is lost when the log does not reach back to its first
 * @property {(log: number, from: Position, count: number) => Promise<Event[]>} range those of one
 *   epoch from an offset on, as far as the log holds them
 * @property {(log: number) => Promise<void>} restart
 *   begins an epoch, because history after a cursor was lost
 * @property {(reads: Read[], writes: Write[], options?: { fences?: Fence[] }) => Promise<Transacted>} transact
 *   all writes with their events at once, or nothing, if something read has changed. `RangeError` if
 *   keys and locks are not of one bucket.
 * @property {Locks} locks
 * @property {(listener: (wake: Wake) => void) => () => void} wakes tells soon, and now and then not
 *   at all; the result ends it
 * @property {() => Promise<string[]>} [masters] who answers writes; others after a failover
 * @property {(name: string) => Promise<string | undefined>} note a short text kept next to the logs
 * @property {(name: string, text: string) => Promise<void>} setNote
 * @property {import("./streams.node.js").Streams} [streams] of channels; live data needs them
 * @property {() => Promise<void>} close
 */

/** A new epoch: larger than those begun before, and different for two that begin at once. */
export function freshEpoch() {
  return Date.now() * 1024 + Math.floor(Math.random() * 1024);
}

/** A random word for an event. It tells histories apart and guards nothing, so it may be guessed. */
export function freshCheck() {
  return Math.floor(Math.random() * 2 ** 40).toString(36);
}

/**
 * The bucket of everything that changes together.
 * @param {string[]} names of keys and locks, at least one
 * @throws {RangeError} if they are in several
 */
export function bucketOfAll(names) {
  const bucket = bucketOf(names[0]);
  const other = names.find((name) => bucketOf(name) !== bucket);
  if (other === undefined) return bucket;
  const both = `${JSON.stringify(names[0])} and ${JSON.stringify(other)}`;
  throw new RangeError(
    `${both} are in different buckets: what changes together has the same text in braces, as {cart:7}:items and {cart:7}:total`,
  );
}

/**
 * @param {Read[]} reads @param {Write[]} writes @param {Fence[]} fences
 * @returns {number} their bucket
 * @throws {RangeError} if there are several or none, or a key is written twice
 */
export function bucketOfTransaction(reads, writes, fences) {
  const names = [...writes, ...reads].map(({ key }) => key);
  if (names.length === 0) throw new RangeError("a transaction needs a key");
  const written = new Set(writes.map(({ key }) => key));
  if (written.size < writes.length) throw new RangeError("a transaction may write a key once");
  return bucketOfAll([...names, ...fences.map(({ lock }) => lock)]);
}
