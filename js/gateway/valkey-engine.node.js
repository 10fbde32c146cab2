import { bucketOf } from "../sync/bucket.js";
import { compare, positionText } from "../sync/position.js";
import { freshCheck, freshEpoch, LOGS, TAGS } from "./engine.node.js";
import { scripts } from "./scripts.node.js";
import { connect } from "./valkey-client.node.js";

/** @typedef {import("./engine.node.js").Engine} Engine */
/** @typedef {import("./engine.node.js").Event} Event */
/** @typedef {import("./engine.node.js").Position} Position */

/** @typedef {import("./valkey-client.node.js").ValkeyOptions} ValkeyOptions */

/**
 * Values and logs in Valkey, or in Redis from version 7: one node or a cluster. Everything of one
 * bucket has one hash tag and so one slot. With the prefix `apus`:
 *
 *     apus:{b17}:log            stream: the events of bucket 17
 *     apus:{b17}:v:<key>        a value: version, line feed, JSON header, line feed, body
 *     apus:{b17}:l:<key>        a lease
 *     apus:{b17}:token          the last token given
 *     apus:{tags}:log           stream: invalidated tags and prefixes
 *     apus:{tags}:tags          hash: when each tag was invalidated last; next to it, their order
 *     apus:{tags}:prefixes      hash: the same of prefixes
 *
 * Replication is asynchronous: a failover can lose acknowledged writes. The events are lost with
 * them, and whoever has seen one notices: its cursor is not in the log any more.
 * @implements {Engine}
 */
export class ValkeyEngine {
  #client;
  #prefix;
  #keep;
  #keepNames;
  /** The epoch seen last in each log. */
  #epochs = new Array(LOGS).fill("");

  /**
   * Connects to the server or the cluster. Afterwards it connects again by itself.
   * @param {ValkeyOptions} options
   * @returns {Promise<ValkeyEngine>}
   * @throws {TypeError | RangeError} for a bad option
   * @throws {import("../core/errors.js").ApusError} `NO_CLIENT` when the package iovalkey is not installed; `UNREACHABLE` with
   *   the addresses and the cause
   */
  static async open(options) {
    return new ValkeyEngine(await connect(options), options);
  }

  /** Use `open`. @private @param {Awaited<ReturnType<typeof connect>>} client @param {ValkeyOptions} options */
  constructor(client, { prefix = "apus", keepEvents = 10_000, keepNames = 100_000 }) {
    this.#prefix = prefix;
    this.#keep = String(keepEvents);
    this.#keepNames = String(keepNames);
    for (const [name, [numberOfKeys, lua]] of Object.entries(scripts)) {
      client.defineCommand(name, { numberOfKeys, lua });
    }
    this.#client = /** @type {any} */ (client); // iovalkey does not type defined commands
  }

  /** @type {Engine["read"]} */
  read(keys) {
    return Promise.all(
      keys.map(async (key) => decode(await this.#client.getBuffer(this.#of(key, `v:${key}`)))),
    );
  }

  /** @type {Engine["write"]} */
  async write(key, value, conditions) {
    const { expiresAt, staleFor } = value;
    const px =
      expiresAt === Number.POSITIVE_INFINITY ? "" : Math.ceil(expiresAt - Date.now() + staleFor);
    if (px !== "" && px <= 0) return this.remove(key, conditions);
    const args = this.#changeOf(key, conditions?.lease ? "fill" : "set", conditions);
    return this.#done(bucketOf(key), await this.#client.apusWrite(...args, encode(value), px));
  }

  /** @type {Engine["remove"]} */
  async remove(key, conditions) {
    const args = this.#changeOf(key, "delete", conditions);
    return this.#done(bucketOf(key), await this.#client.apusRemove(...args));
  }

  /** @type {Engine["invalidate"]} */
  async invalidate(tags, prefixes) {
    const all = [
      ...tags.flatMap((tag) => [freshCheck(), `t${tag}`]),
      ...prefixes.flatMap((prefix) => [freshCheck(), `p${prefix}`]),
    ];
    const keys = ["log", "tags", "tags:order", "prefixes", "prefixes:order"].map((name) =>
      this.#tags(name),
    );
    const args = [...this.#common(TAGS), this.#keepNames, ...all];
    const id = await this.#client.apusInvalidate(...keys, ...args);
    return /** @type {Position} */ (this.#done(TAGS, id));
  }

  /** @type {Engine["generations"]} */
  async generations(tags) {
    const [ids, floor] = await Promise.all([
      tags.length ? this.#client.hmget(this.#tags("tags"), ...tags) : [],
      this.#client.hget(this.#tags("prefixes"), ""),
    ]);
    const generations = ids.map((/** @type {string | null} */ id) =>
      id ? positionOf(id) : undefined,
    );
    return { tags: generations, floor: floor ? positionOf(floor) : undefined };
  }

  /** @type {Engine["prefixes"]} */
  async prefixes() {
    const ids = await this.#client.hgetall(this.#tags("prefixes"));
    return new Map(Object.entries(ids).map(([prefix, id]) => [prefix, positionOf(id)]));
  }

  /** @type {Engine["lease"]} */
  async lease(key, ms) {
    const keys = [this.#of(key, `l:${key}`), this.#of(key, "token")];
    const [token, wait] = await this.#client.apusLease(...keys, Math.ceil(ms));
    return { token, wait };
  }

  /** @type {Engine["release"]} */
  async release(key, token) {
    await this.#client.apusRelease(this.#of(key, `l:${key}`), token);
  }

  /** @type {Engine["heads"]} */
  heads() {
    return Promise.all(
      Array.from({ length: LOGS }, async (_, log) => {
        const [last] = await this.#client.xrevrange(this.#log(log), "+", "-", "COUNT", 1);
        return last && cursorAt(eventOf(last));
      }),
    );
  }

  /** @type {Engine["events"]} */
  async events(log, after, limit) {
    const from = after ? `${after.epoch}-${after.offset}` : "-";
    // With a cursor, the first must be the event that was seen.
    const count = limit + (after ? 1 : 0);
    const entries = await this.#client.xrange(this.#log(log), from, "+", "COUNT", count);
    /** @type {Event[]} */
    const events = entries.map(eventOf);
    const [first] = events;
    const last = events.at(-1);
    if (last) this.#epochs[log] = String(last.at.epoch);
    if (!after) {
      if (first && (first.at.offset > 0 || first.kind === "epoch")) return this.#lost(log, after);
      return { lost: false, events, head: cursorAt(last) };
    }
    const { epoch, offset } = first?.at ?? {};
    const other = after.check !== undefined && first?.check !== after.check;
    if (epoch !== after.epoch || offset !== after.offset || other) {
      return this.#lost(log, after);
    }
    return { lost: false, events: events.slice(1), head: cursorAt(last) };
  }

  /** @type {Engine["range"]} */
  async range(log, { epoch, offset }, count) {
    const ends = [`${epoch}-${offset}`, `${epoch}-${offset + count - 1}`];
    return (await this.#client.xrange(this.#log(log), ...ends)).map(eventOf);
  }

  /** @type {Engine["restart"]} */
  async restart(log) {
    const args = [this.#log(log), freshEpoch(), this.#keep, freshCheck(), "e"];
    this.#done(log, await this.#client.apusRestart(...args));
  }

  /** @type {Engine["note"]} */
  async note(name) {
    return (await this.#client.get(this.#tags(`note:${name}`))) ?? undefined;
  }

  /** @type {Engine["setNote"]} */
  async setNote(name, text) {
    await this.#client.set(this.#tags(`note:${name}`), text);
  }

  async close() {
    this.#client.disconnect();
  }

  /** @param {number} log @param {Position} [after] @returns {Promise<import("./engine.node.js").Events>} */
  async #lost(log, after) {
    const [[first], [last]] = await Promise.all([
      this.#client.xrange(this.#log(log), "-", "+", "COUNT", 1),
      this.#client.xrevrange(this.#log(log), "+", "-", "COUNT", 1),
    ]);
    const trimmed = !after || (first && compare(after, eventOf(first).at) < 0);
    const head = last && cursorAt(eventOf(last));
    return { lost: trimmed ? "trimmed" : "replaced", events: [], head };
  }

  /**
   * Keys and arguments that writing and removing share.
   * @param {string} key @param {"set" | "fill" | "delete"} kind
   * @param {import("./engine.node.js").Conditions} [conditions]
   */
  #changeOf(key, kind, { ifVersion, lease } = {}) {
    const bucket = bucketOf(key);
    const version = ifVersion && `${ifVersion.epoch}-${ifVersion.offset}`;
    return [
      ...[this.#log(bucket), this.#of(key, `v:${key}`), this.#of(key, `l:${key}`)],
      ...this.#common(bucket),
      ...[freshCheck(), `${kind[0]}${key}`, ifVersion === null ? "none" : (version ?? "")],
      lease ?? "",
    ];
  }

  /** @param {number} log */
  #common(log) {
    return [this.#epochs[log], freshEpoch(), this.#keep];
  }

  /** @param {number} log @param {string | null} id */
  #done(log, id) {
    if (id === null) return undefined;
    const at = positionOf(id);
    this.#epochs[log] = String(at.epoch);
    return at;
  }

  /** @param {number} log */
  #log(log) {
    return log === TAGS ? this.#tags("log") : `${this.#prefix}:{b${log}}:log`;
  }

  /** @param {string} name */
  #tags(name) {
    return `${this.#prefix}:{tags}:${name}`;
  }

  /** @param {string} key @param {string} rest */
  #of(key, rest) {
    return `${this.#prefix}:{b${bucketOf(key)}}:${rest}`;
  }
}

/** @type {Record<string, Event["kind"]>} */
const kinds = { s: "set", f: "fill", d: "delete", t: "tag", p: "prefix", e: "epoch" };

/** @param {string} id of a stream's entry @returns {Position} */
function positionOf(id) {
  const [epoch, offset] = id.split("-");
  return { epoch: Number(epoch), offset: Number(offset) };
}

/** @param {[string, [string, string]]} entry of a stream @returns {Event} */
function eventOf([id, [check, text]]) {
  const kind = kinds[text[0]];
  return { kind, name: text.slice(1), at: positionOf(id), check };
}

/** @param {Event} [event] */
const cursorAt = (event) => event && { ...event.at, check: event.check };

/** @param {import("./engine.node.js").Value} value */
function encode({ body, type, tags, asOf, expiresAt, staleFor }) {
  const until = expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt;
  const head = JSON.stringify([type, tags, positionText(asOf), until, staleFor]);
  return Buffer.concat([Buffer.from(`${head}\n`), body]);
}

/** @param {Buffer | null} bytes @returns {import("./engine.node.js").Stored | undefined} */
function decode(bytes) {
  if (!bytes) return undefined;
  const first = bytes.indexOf(10);
  const second = bytes.indexOf(10, first + 1);
  const [type, tags, asOf, until, staleFor] = JSON.parse(bytes.toString("utf8", first + 1, second));
  const [epoch, offset] = asOf.split(":").map(Number);
  return {
    ...{ body: bytes.subarray(second + 1), type, tags, asOf: { epoch, offset } },
    version: positionOf(bytes.toString("latin1", 0, first)),
    ...{ expiresAt: until ?? Number.POSITIVE_INFINITY, staleFor },
  };
}
