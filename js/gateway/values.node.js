import { Cache } from "../cache/cache.js";
import { bucketOf } from "../sync/bucket.js";
import { compare, START } from "../sync/position.js";
import { bucketOfTransaction, freshCheck, TAGS } from "./engine.node.js";
import { Feed } from "./feed.node.js";
import { Generations } from "./generations.node.js";

/** @typedef {import("./engine.node.js").Stored} Stored */
/** @typedef {import("./engine.node.js").Engine} Engine */
/** @typedef {import("../sync/position.js").Position} Position */

/**
 * @typedef {object} Found
 * @property {Stored | undefined} stored undefined: no value, or a dead one
 * @property {boolean} stale whether it has expired, and may be served meanwhile
 * @property {"memory" | "engine"} from
 * @property {Position} asOf in the log of the key's bucket: every change until then is in it
 * @property {Position} tagsAsOf in the log of tags
 */

/** What a client has seen: of the log of a key's bucket, and of that of tags. @typedef {{ key: Position, tags: Position }} Seen */

const END = { epoch: Number.POSITIVE_INFINITY, offset: 0 }; // after every event

/** A read, with the newest change of its key heard meanwhile. @typedef {{ stored: Promise<Stored | undefined>, changed: Position }} Read */

/**
 * The values of an engine, with the used ones in this process's memory, which the feed keeps up to
 * date. While the engine cannot be asked, memory answers.
 */
export class Values {
  #engine;
  #memory;
  #generations;
  #now;
  /** Reads under way, the latest of a key last. @type {Map<string, Read[]>} */
  #reads = new Map();
  /** Resolves when all generations since the feed's start are known. @type {Promise<void>} */
  #known = Promise.resolve();
  #missed = false;
  feed;

  /**
   * @param {Engine} engine
   * @param {{ maxBytes?: number, fastest?: number, slowest?: number, now?: () => number }} [options] `maxBytes` of memory; the others are the feed's
   */
  static async open(engine, { maxBytes = 64e6, now = Date.now, ...intervals } = {}) {
    /** @type {Cache<Stored>} */
    const memory = await Cache.open("gateway", { maxBytes, policy: "s3-fifo" });
    const values = new Values(engine, memory, now, intervals);
    try {
      await values.feed.start();
      await values.#generations.reset(values.feed.heads[TAGS]);
      return values;
    } catch (error) {
      await values.release();
      throw error;
    }
  }

  /**
   * Use `open`. @private
   * @param {Engine} engine @param {Cache<Stored>} memory @param {() => number} now
   * @param {{ fastest?: number, slowest?: number }} intervals
   */
  constructor(engine, memory, now, intervals) {
    this.#engine = engine;
    this.#memory = memory;
    this.#now = now;
    this.#generations = new Generations(engine);
    this.feed = new Feed(engine, intervals);
    this.feed.listen((news) => this.#heard(news));
  }

  /**
   * The value as this gateway knows it, at most the feed's interval behind the engine.
   * @param {string} key
   * @param {{ newest?: boolean, seen?: Seen }} [options] `newest`: what the engine has now; `seen`:
   *   at least as new as that, unless the engine itself has lost it
   * @returns {Promise<Found>}
   */
  async get(key, { newest = false, seen } = {}) {
    const bucket = bucketOf(key);
    await Promise.all([
      this.#reach(bucket, newest, seen?.key),
      this.#reach(TAGS, newest, seen?.tags),
    ]);
    let stored = this.#memory.get(key);
    const from = stored ? "memory" : "engine";
    // Before the value is read: it may be newer than that, never older.
    let asOf = this.feed.heads[bucket] ?? START;
    const tagsAsOf = this.feed.heads[TAGS] ?? START;
    stored ??= await this.#read(key, asOf, newest);
    if (this.#missed) this.#reset(); // it failed before
    await this.#known;
    if (stored && compare(stored.version, asOf) > 0) asOf = stored.version;
    const now = this.#now();
    if (stored && stored.expiresAt + stored.staleFor <= now) stored = undefined;
    if (stored && (await this.#generations.dead(key, stored))) stored = undefined;
    const stale = stored !== undefined && stored.expiresAt <= now;
    return { stored, stale, from, asOf, tagsAsOf };
  }

  /**
   * @param {string} key
   * @param {{ body: Uint8Array, type: string, tags?: string[], ttl?: number, staleFor?: number }} value
   * @param {import("./engine.node.js").Conditions & { asOf?: Position }} [conditions] `asOf`: where
   *   the log of tags was before the value was made; now, if left out
   * @returns {Promise<Position | undefined>} its version; undefined when a condition refuses it
   */
  async set(key, { body, type, tags = [], ttl = Infinity, staleFor = 0 }, conditions = {}) {
    const asOf = conditions.asOf ?? (await this.tagsAsOf());
    const expiresAt = this.#now() + ttl;
    const value = { body, type, tags, asOf, expiresAt, staleFor, check: freshCheck() };
    const write = this.#engine.write(key, value, conditions);
    const version = await this.#made(bucketOf(key), write);
    if (version) this.#keep(key, { ...value, version });
    return version;
  }

  /** @param {string} key @param {import("./engine.node.js").Conditions} [conditions] */
  async delete(key, conditions) {
    const version = await this.#made(bucketOf(key), this.#engine.remove(key, conditions));
    if (version) this.#changed(key, version);
    return version;
  }

  /**
   * What the engine has now, with the versions that conditions name: also those of dead values.
   * @param {string[]} keys
   * @returns {Promise<{ stored: Stored | undefined, version: Position | null }[]>}
   */
  async current(keys) {
    await this.feed.catchUp(TAGS);
    const all = await this.#engine.read(keys);
    if (this.#missed) this.#reset();
    await this.#known;
    return Promise.all(
      all.map(async (stored, i) => {
        if (!stored) return { stored, version: null };
        this.#keep(keys[i], stored);
        const over = stored.expiresAt <= this.#now() || !stored.type;
        const dead = over || (await this.#generations.dead(keys[i], stored));
        return { stored: dead ? undefined : stored, version: stored.version };
      }),
    );
  }

  /**
   * As the engine's, with values as `set` takes them.
   * @param {import("./engine.node.js").Read[]} reads
   * @param {{ key: string, value?: Parameters<Values["set"]>[1] }[]} changes
   * @param {{ fences?: import("./engine.node.js").Fence[] }} [options]
   */
  async transact(reads, changes, options) {
    const asOf = await this.tagsAsOf();
    const writes = changes.map(({ key, value }) => {
      if (!value) return { key };
      const { ttl = Infinity, tags = [], staleFor = 0, ...rest } = value;
      const expiresAt = this.#now() + ttl;
      return { key, value: { ...rest, tags, staleFor, asOf, expiresAt, check: freshCheck() } };
    });
    const log = bucketOfTransaction(reads, writes, options?.fences ?? []);
    const made = await this.#made(log, this.#engine.transact(reads, writes, options));
    // The caller reads its own writes.
    if ("versions" in made && writes.length) await this.feed.catchUp(log).catch(() => {});
    return made;
  }

  /** @param {string[]} tags @param {string[]} [prefixes] */
  async invalidate(tags, prefixes = []) {
    const at = await this.#made(TAGS, this.#engine.invalidate(tags, prefixes));
    await this.feed.catchUp(TAGS); // the caller reads its own writes
    return at;
  }

  /** Where the log of tags is now. */
  async tagsAsOf() {
    await this.feed.catchUp(TAGS);
    return this.feed.heads[TAGS] ?? START;
  }

  /** As the engine's. @param {Parameters<Engine["events"]>} args */
  events(...args) {
    return this.#engine.events(...args);
  }

  /** As the engine's. @param {Parameters<Engine["range"]>} args */
  range(...args) {
    return this.#engine.range(...args);
  }

  get stats() {
    const { entries, bytes, hits, misses } = this.#memory.stats();
    return { entries, bytes, hits, misses };
  }

  async close() {
    await this.release();
    await this.#engine.close();
  }

  /** Ends without the engine. */
  async release() {
    this.feed.stop();
    await this.#memory.close();
  }

  /** @param {import("./feed.node.js").News} news */
  #heard({ log, events, lost, head }) {
    if (log === TAGS) {
      for (const event of events) this.#generations.heard(event);
      if (lost) this.#reset();
      return;
    }
    if (lost) {
      const keys = [...this.#memory.keys(), ...this.#reads.keys()];
      // The last positions of a history that was replaced are of no use.
      const at = lost === "replaced" ? END : (head ?? START);
      for (const key of keys) if (bucketOf(key) === log) this.#changed(key, at);
    }
    for (const { name, at, kind } of events) if (kind !== "epoch") this.#changed(name, at);
  }

  #reset() {
    this.#missed = false;
    this.#known = this.#generations.reset(this.feed.heads[TAGS]).catch((error) => {
      this.#missed = true;
      throw error;
    });
    this.#known.catch(() => {}); // whoever waits for it gets the error
  }

  /**
   * A change that too few replicas have was made all the same: its caller reads it.
   * @template Result @param {number} log @param {Promise<Result>} change
   */
  async #made(log, change) {
    try {
      return await change;
    } catch (error) {
      if (/** @type {any} */ (error).code === "NOT_REPLICATED")
        await this.feed.catchUp(log).catch(() => {});
      throw error;
    }
  }

  /** Reads on in a log if that is asked for. @param {number} log @param {boolean} newest @param {Position} [seen] */
  async #reach(log, newest, seen) {
    if (newest || (seen && compare(this.feed.heads[log] ?? START, seen) < 0)) {
      await this.feed.catchUp(log);
    }
  }

  /**
   * @param {string} key
   * @param {Position} asOf the answer is as new as that
   * @param {boolean} alone whether a read that has begun earlier will not do
   */
  #read(key, asOf, alone) {
    const under = this.#reads.get(key) ?? [];
    const latest = under.at(-1);
    // After a change was heard, its answer may be older than what this call knows.
    if (latest && !alone && latest.changed === START) return latest.stored;
    /** @type {Read} */
    const read = {
      changed: START,
      stored: this.#engine.read([key], [asOf]).then(([stored]) => stored),
    };
    read.stored = read.stored
      .then((stored) => {
        if (stored && compare(read.changed, stored.version) <= 0) this.#keep(key, stored);
        return stored;
      })
      .finally(() => {
        under.splice(under.indexOf(read), 1);
        if (under.length === 0) this.#reads.delete(key);
      });
    under.push(read);
    this.#reads.set(key, under);
    return read.stored;
  }

  /** @param {string} key @param {Position} at of its newest change */
  #changed(key, at) {
    for (const read of this.#reads.get(key) ?? []) {
      if (compare(read.changed, at) < 0) read.changed = at;
    }
    const known = this.#memory.peek(key);
    if (known && compare(known.version, at) < 0) this.#memory.delete(key);
  }

  /** @param {string} key @param {Stored} stored */
  #keep(key, stored) {
    this.feed.expect(bucketOf(key), { ...stored.version, check: stored.check });
    const known = this.#memory.peek(key);
    if (known && compare(known.version, stored.version) >= 0) return;
    this.#memory.set(key, stored, { size: stored.body.byteLength + 2 * key.length + 300 });
  }
}
