import { bucketOf } from "../sync/bucket.js";
import { freshCheck, freshEpoch, LOGS, TAGS } from "./engine.node.js";
import { withScripts } from "./scripts.node.js";
import { another, connect, mastersOf } from "./valkey-client.node.js";
import { transact, ValkeyLocks } from "./valkey-state.node.js";
import { ValkeyStreams } from "./valkey-streams.node.js";
import { Confirmed } from "./valkey-wait.node.js";
import {
  condition,
  cursorAt,
  decode,
  encode,
  eventOf,
  lifeOf,
  lostAfter,
  positionOf,
  readReplica,
} from "./valkey-wire.node.js";

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
 * them, and whoever has seen one notices: its cursor is not in the log any more. With `wait`, a
 * write is acknowledged when replicas have it; otherwise it rejects with `NOT_REPLICATED`, although
 * the master has it. Loaded values do not wait.
 *
 * Replicas answer reads of values with `readFrom: "replicas"`, when they have all of the log that the
 * answer needs; logs are always read from masters.
 * @implements {Engine}
 */
export class ValkeyEngine {
  #client;
  /** Of the replicas; undefined: masters answer reads. */
  #reader;
  /** Undefined: masters alone acknowledge. */
  #confirmed;
  #prefix;
  #keep;
  #keepNames;
  /** The epoch seen last in each log. */
  #epochs = new Array(LOGS).fill("");
  /** @readonly */ locks;

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
  constructor(client, options) {
    const { prefix = "apus", keepEvents = 10_000, keepNames = 100_000, readFrom, wait } = options;
    this.#prefix = prefix;
    this.#keep = String(keepEvents);
    this.#keepNames = String(keepNames);
    this.#client = withScripts(client);
    this.#reader =
      readFrom === "replicas" ? withScripts(another(client, options, true)) : undefined;
    this.#confirmed = wait && new Confirmed(withScripts(another(client, options)), wait);
    this.locks = new ValkeyLocks(this.#client, prefix, () => another(client, options));
    const change = (/** @type {string} */ name, /** @type {any[]} */ args) => this.#run(name, args);
    this.streams = new ValkeyStreams(this.#client, {
      ...{ prefix, change, another: () => another(client, options) },
    });
  }

  /** @type {Engine["read"]} */
  read(keys, asOf) {
    return Promise.all(
      keys.map(async (key, i) => {
        const kept = this.#keys(bucketOf(key), key, "v");
        const replica = this.#reader && asOf && (await readReplica(this.#reader, kept, asOf[i]));
        if (replica) return replica.stored;
        return decode(await this.#client.getBuffer(kept[1]));
      }),
    );
  }

  /** @type {Engine["write"]} */
  async write(key, value, conditions) {
    const px = lifeOf(value);
    if (px !== "" && px <= 0) return this.remove(key, conditions);
    const bucket = bucketOf(key);
    const { ifVersion, lease } = conditions ?? {};
    if (ifVersion === undefined && lease === undefined) {
      const args = [
        ...this.#keys(bucket, key, "v"),
        ...this.#event(bucket, `s${key}`, value.check),
      ];
      args.push(await encode(value));
      if (px !== "") args.push(px);
      return this.#change(bucket, "apusSet", args);
    }
    const keys = this.#keys(bucket, key, "v", "l");
    const event = this.#event(bucket, `${lease === undefined ? "s" : "f"}${key}`, value.check);
    const args = [...keys, ...event, await encode(value), px, ...condition(ifVersion, lease)];
    if (lease === undefined) return this.#change(bucket, "apusWrite", args);
    // A lost fill is loaded again.
    return this.#done(bucket, await this.#client.apusWrite(...args));
  }

  /** @type {Engine["remove"]} */
  async remove(key, conditions) {
    const bucket = bucketOf(key);
    const { ifVersion, lease } = conditions ?? {};
    const args = [...this.#keys(bucket, key, "v", "l"), ...this.#event(bucket, `d${key}`)];
    return this.#change(bucket, "apusRemove", [...args, ...condition(ifVersion, lease)]);
  }

  /** @type {Engine["transact"]} */
  transact(...changes) {
    return transact(this.#prefix, this.locks, changes, {
      settings: (log) => [this.#epochs[log], this.#keep],
      run: (args) => this.#run("apusTransact", args, args[1]),
      done: (log, id) => this.#done(log, id),
    });
  }

  masters() {
    return mastersOf(this.#client);
  }

  /** @type {Engine["wakes"]} */
  wakes(listener) {
    return this.locks.wakes(listener);
  }

  /** @type {Engine["invalidate"]} */
  async invalidate(tags, prefixes) {
    const all = [
      ...tags.flatMap((tag) => [freshCheck(), `t${tag}`]),
      ...prefixes.flatMap((prefix) => [freshCheck(), `p${prefix}`]),
    ];
    const names = ["log", "tags", "tags:order", "prefixes", "prefixes:order", "server"];
    const keys = names.map((name) => this.#tags(name));
    const args = [this.#epochs[TAGS], this.#keep, this.#keepNames, freshCheck(), ...all];
    const at = await this.#change(TAGS, "apusInvalidate", [...keys, ...args]);
    return /** @type {Position} */ (at);
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
      if (first && (first.at.offset > 0 || first.kind === "epoch"))
        return lostAfter(this.#client, this.#log(log), after);
      return { lost: false, events, head: cursorAt(last) };
    }
    const { epoch, offset } = first?.at ?? {};
    const other = after.check !== undefined && first?.check !== after.check;
    if (epoch !== after.epoch || offset !== after.offset || other) {
      return lostAfter(this.#client, this.#log(log), after);
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
    this.#reader?.disconnect();
    this.#confirmed?.close();
    this.locks.close();
    await this.streams.close();
  }

  /** With `wait`, until replicas have it. @param {string} script @param {any[]} args @param {any} [key] one of its keys */
  #run(script, args, key = args[0]) {
    return this.#confirmed?.run(script, args, key) ?? this.#client[script](...args);
  }

  /** Runs a script that changes a log. @param {number} log @param {string} script @param {any[]} args */
  async #change(log, script, args) {
    return this.#done(log, await this.#run(script, args));
  }

  /** The log of a key, and what is kept of it. @param {number} bucket @param {string} key @param {string[]} kinds */
  #keys(bucket, key, ...kinds) {
    const base = `${this.#prefix}:{b${bucket}}:`;
    return /** @type {any[]} */ ([`${base}log`, ...kinds.map((kind) => `${base}${kind}:${key}`)]);
  }

  /** Arguments that append an event. @param {number} log @param {string} event its kind's letter, and its name */
  #event(log, event, check = freshCheck()) {
    return [this.#epochs[log], this.#keep, check, event];
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
