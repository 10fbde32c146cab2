import { bucketOf } from "../sync/bucket.js";
import { compare } from "../sync/position.js";
import { bucketOfTransaction, freshCheck, freshEpoch, LOGS, TAGS } from "./engine.node.js";
import { MemoryLocks } from "./memory-locks.node.js";
import { MemoryStreams } from "./memory-streams.node.js";

/** @typedef {import("./engine.node.js").Engine} Engine */
/** @typedef {import("./engine.node.js").Event} Event */
/** @typedef {import("./engine.node.js").Stored} Stored */
/** @typedef {import("./engine.node.js").Position} Position */

/**
 * Values and logs in the memory of one process: for development, tests and small sites. They end
 * with the process; the next one has new epochs, so nobody takes its silence for "no change".
 *
 * Memory: the values, and `keepEvents` events a log at most. Values are evicted oldest write first
 * when `maxBytes` is full.
 * @implements {Engine}
 */
export class MemoryEngine {
  /** @type {{ epoch: number, next: number, events: Event[] }[]} */
  #logs;
  /** Oldest write first. @type {Map<string, Stored>} */
  #values = new Map();
  /** @type {Map<string, { token: number, until: number }>} */
  #leases = new Map();
  /** Generations, oldest first. @type {Map<string, Position>} */
  #tags = new Map();
  /** @type {Map<string, Position>} */
  #prefixes = new Map();
  /** @type {Map<string, string>} */
  #notes = new Map();
  #token = 0;
  #bytes = 0;
  #keep;
  #keepNames;
  #maxBytes;
  #now;
  /** @type {Set<(wake: import("./engine.node.js").Wake) => void>} */
  #listeners = new Set();
  /** @readonly */ locks;
  /** @readonly */ streams;

  /**
   * @param {object} [options]
   * @param {number} [options.keepEvents] events that a log keeps
   * @param {number} [options.keepNames] invalidated tags, and prefixes, that are remembered
   * @param {number} [options.maxBytes] of values
   * @param {() => number} [options.now] ms since 1970
   */
  constructor({ keepEvents = 10_000, keepNames = 100_000, maxBytes = 256e6, now = Date.now } = {}) {
    this.#keepNames = keepNames;
    this.#keep = keepEvents;
    this.#maxBytes = maxBytes;
    this.#now = now;
    this.locks = new MemoryLocks(now, (lock) => this.#wake({ lock }));
    this.streams = new MemoryStreams(now);
    this.#logs = Array.from({ length: LOGS }, () => ({
      epoch: freshEpoch(),
      next: 0,
      events: [],
    }));
  }

  /** @type {Engine["read"]} */
  async read(keys) {
    return keys.map((key) => this.#live(key));
  }

  /** @type {Engine["write"]} */
  async write(key, value, conditions) {
    if (!this.#allowed(key, conditions)) return undefined;
    const version = this.#append(
      bucketOf(key),
      conditions?.lease ? "fill" : "set",
      key,
      value.check,
    );
    this.#forget(key);
    this.#values.set(key, { ...value, version });
    this.#bytes += weight(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest);
    }
    return version;
  }

  /** @type {Engine["remove"]} */
  async remove(key, conditions) {
    if (!this.#allowed(key, conditions)) return undefined;
    this.#forget(key);
    this.#leases.delete(key);
    return this.#append(bucketOf(key), "delete", key);
  }

  /** @type {Engine["invalidate"]} */
  async invalidate(tags, prefixes) {
    const { epoch, next } = this.#logs[TAGS];
    let at = { epoch, offset: next - 1 };
    for (const tag of tags) {
      at = this.#append(TAGS, "tag", tag);
      this.#remember(this.#tags, tag, at);
    }
    for (const prefix of prefixes) {
      at = this.#append(TAGS, "prefix", prefix);
      this.#remember(this.#prefixes, prefix, at);
    }
    return at;
  }

  /** @type {Engine["generations"]} */
  async generations(tags) {
    return { tags: tags.map((tag) => this.#tags.get(tag)), floor: this.#prefixes.get("") };
  }

  /** @type {Engine["prefixes"]} */
  async prefixes() {
    return new Map(this.#prefixes);
  }

  /** @type {Engine["lease"]} */
  async lease(key, ms) {
    const now = this.#now();
    const held = this.#leases.get(key);
    if (held && held.until > now) return { token: 0, wait: held.until - now };
    for (const [other, { until }] of this.#leases) {
      if (until > now - 60_000) break; // the rest began later; late holders are refused all the same
      this.#leases.delete(other);
    }
    this.#leases.delete(key);
    this.#leases.set(key, { token: ++this.#token, until: now + ms });
    return { token: this.#token, wait: 0 };
  }

  /** @type {Engine["release"]} */
  async release(key, token) {
    if (this.#leases.get(key)?.token === token) this.#leases.delete(key);
  }

  /** @type {Engine["heads"]} */
  async heads() {
    return this.#logs.map(({ events }) => cursorAt(events.at(-1)));
  }

  /** @type {Engine["events"]} */
  async events(log, after, limit) {
    const { events } = this.#logs[log];
    const first = events[0];
    let from = 0;
    if (after) {
      from = events.findIndex(({ at }) => compare(at, after) >= 0) + 1;
      const seen = events[from - 1];
      const other = after.check !== undefined && seen?.check !== after.check;
      if (!seen || compare(seen.at, after) !== 0 || other) {
        return lost(events, first && compare(after, first.at) < 0 ? "trimmed" : "replaced");
      }
    } else if (first && (first.at.offset > 0 || first.kind === "epoch")) {
      return lost(events, "trimmed");
    }
    const found = events.slice(from, from + limit);
    return { lost: false, events: found, head: cursorAt(found.at(-1) ?? events[from - 1]) };
  }

  /** @type {Engine["range"]} */
  async range(log, { epoch, offset }, count) {
    return this.#logs[log].events.filter(
      ({ at }) => at.epoch === epoch && at.offset >= offset && at.offset < offset + count,
    );
  }

  /** @type {Engine["restart"]} */
  async restart(log) {
    const it = this.#logs[log];
    it.epoch = Math.max(freshEpoch(), it.epoch + 1);
    it.next = 0;
    this.#append(log, "epoch", "");
  }

  /** @type {Engine["transact"]} */
  async transact(reads, writes, { fences = [] } = {}) {
    const bucket = bucketOfTransaction(reads, writes, fences);
    const fence = fences.find(({ lock, token }) => !this.locks.holds(lock, token));
    if (fence) return { refused: "FENCED", lock: fence.lock };
    const read = reads.find(({ key, version }) => !this.#allowed(key, { ifVersion: version }));
    if (read) return { refused: "CONFLICT", key: read.key };
    // Each is done before it returns its promise.
    const done = writes.map(({ key, value }) =>
      value ? this.write(key, value) : this.remove(key),
    );
    this.#wake({ log: bucket });
    return { versions: /** @type {Position[]} */ (await Promise.all(done)) };
  }

  /** @type {Engine["wakes"]} */
  wakes(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @type {Engine["note"]} */
  async note(name) {
    return this.#notes.get(name);
  }

  /** @type {Engine["setNote"]} */
  async setNote(name, text) {
    this.#notes.set(name, text);
  }

  async close() {
    await this.streams.close();
  }

  /** @param {import("./engine.node.js").Wake} wake */
  #wake(wake) {
    for (const listener of this.#listeners) listener(wake);
  }

  /** @param {string} key */
  #live(key) {
    const stored = this.#values.get(key);
    if (!stored || stored.expiresAt + stored.staleFor > this.#now()) return stored;
    this.#forget(key);
    return undefined;
  }

  /** @param {string} key @param {import("./engine.node.js").Conditions} [conditions] */
  #allowed(key, { ifVersion, lease } = {}) {
    if (lease !== undefined && this.#leases.get(key)?.token !== lease) return false;
    if (ifVersion === undefined) return true;
    const version = this.#live(key)?.version;
    return version && ifVersion ? compare(version, ifVersion) === 0 : !version && !ifVersion;
  }

  /** @param {string} key */
  #forget(key) {
    const stored = this.#values.get(key);
    if (!stored) return;
    this.#bytes -= weight(key, stored);
    this.#values.delete(key);
  }

  /**
   * Beyond the limit the oldest generation becomes the floor.
   * @param {Map<string, Position>} generations @param {string} name @param {Position} at
   */
  #remember(generations, name, at) {
    generations.delete(name);
    generations.set(name, at);
    // The floor itself is no name that counts.
    const most = this.#keepNames + Number(this.#prefixes === generations && generations.has(""));
    for (const [oldest, its] of generations) {
      if (generations.size <= most) break;
      if (oldest === "" && generations === this.#prefixes) continue;
      generations.delete(oldest);
      const floor = this.#prefixes.get("");
      if (!floor || compare(floor, its) < 0) this.#prefixes.set("", its);
    }
  }

  /** @param {number} log @param {Event["kind"]} kind @param {string} name @returns {Position} */
  #append(log, kind, name, check = freshCheck()) {
    const it = this.#logs[log];
    const at = { epoch: it.epoch, offset: it.next++ };
    it.events.push({ kind, name, at, check });
    if (it.events.length > this.#keep * 1.25) it.events.splice(0, it.events.length - this.#keep);
    return at;
  }
}

/** @param {string} key @param {import("./engine.node.js").Value} value bytes, roughly */
const weight = (key, { body, tags }) => body.byteLength + 2 * key.length + 64 * tags.length + 200;

/** @param {Event} [event] */
const cursorAt = (event) => event && { ...event.at, check: event.check };

/** @param {Event[]} events of the log @param {"trimmed" | "replaced"} why */
const lost = (events, why) => ({ lost: why, events: [], head: cursorAt(events.at(-1)) });
