import { ApusError } from "../../core/errors.js";
import { rooms } from "../../core/rooms.js";
import { Answers } from "../../sync/answers.js";
import { bucketOf, LogFollower } from "../../sync/index.js";
import { Transport } from "../../sync/transport.js";
import { Health, passes } from "./health.js";
import { Held } from "./held.js";
import { Counts } from "./lower.js";
import { PAGE } from "./options.js";
import { RemoteValues } from "./values.js";
import { Writes } from "./writes.js";

/** @typedef {import("../../sync/position.js").Position} Position */
/** @typedef {import("./values.js").Answer} Answer */

const SAVE_EVERY = 30_000; // ms between positions that only spare questions after a reload

/**
 * The gateway as a level of a cache: its values, the changes that this page has to hear of, and the
 * changes that it has made. While the gateway is down the levels above go on; `degraded` says so,
 * once.
 *
 * With a disk it follows all logs, because other tabs put values there too, and keeps its positions
 * on it. Without one it follows the logs of the keys that it holds.
 */
export class Remote {
  edge = new Counts();
  remote = new Counts();
  #transport;
  #values;
  #holder;
  #options;
  #held;
  #health;
  #writes = new Writes(passes);
  /** @type {LogFollower | undefined} */
  #follower;
  /** @type {Promise<LogFollower> | undefined} */
  #beginning;
  #savedAt = 0;
  #saving = false;
  #closed = false;

  /**
   * @param {import("./held.js").Holder} holder
   * @param {import("./options.js").RemoteOptions} options checked
   * @param {unknown} state what `save` kept at an earlier visit
   */
  static async open(holder, options, state) {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href;
    const remote = new Remote(holder, { ...options, url: new URL(options.url, base).href });
    if (state || !holder.durable) await remote.#follow(state);
    else remote.#begun().catch(() => {}); // asked again with the first value
    return remote;
  }

  /** Use `open`. @private @param {import("./held.js").Holder} holder @param {import("./options.js").RemoteOptions & { url: string }} options */
  constructor(holder, options) {
    this.#holder = holder;
    this.#options = options;
    this.#health = new Health(holder.emit, holder.now);
    this.#held = new Held(holder, this.#writes);
    this.#transport = new Transport(options.url, options.fetch, options.timeout);
    this.#values = new RemoteValues(this.#transport);
  }

  /** The gateway does not answer, so changes are not heard at present. */
  get offline() {
    return this.#health.offline;
  }

  /**
   * The gateway's value. Keep it in the turn in which this resolves, unless it is `stale`.
   * @param {string} key @param {AbortSignal} [signal]
   * @returns {Promise<Answer>} rejects with an `ApusError`
   */
  async get(key, signal) {
    this.#health.check();
    const begin = performance.now();
    this.#holder.asking.add(key);
    try {
      return this.#arrived(key, await this.#ask(key, signal), performance.now() - begin);
    } finally {
      this.#holder.asking.delete(key);
    }
  }

  /** @param {string} key @param {AbortSignal} [signal] @returns {Promise<Answer>} */
  #ask(key, signal) {
    return this.#health.asked(async () => {
      await this.#begun();
      const first = await this.#values.get(key, { signal });
      if (!this.#old(key, first)) return first;
      return this.#values.get(key, { signal, newest: true });
    });
  }

  /** @param {string} key @param {Answer} answer @param {number} ms @returns {Answer} */
  #arrived(key, answer, ms) {
    // From a gateway that lags behind another, or from before a change of this page that is on its
    // way: use it, but do not keep it.
    if (this.#old(key, answer) || this.#writes.has(key)) answer.stale = true;
    this.#came(key, answer);
    const counts = answer.level === "edge" ? this.edge : this.remote;
    counts.bytes += answer.bytes;
    if (answer.level === "remote") this.edge.misses++;
    this.told(answer.level, counts, ms, answer.value !== undefined);
    return answer;
  }

  /**
   * Many values in few requests.
   * @param {string[]} keys
   * @param {(key: string, answer: Answer) => void} take called in the turn in which they arrive
   */
  async warm(keys, take) {
    for (let i = 0; i < keys.length; i += 200) {
      const answers = await this.#health.asked(async () => {
        await this.#begun();
        return this.#values.batch(keys.slice(i, i + 200));
      });
      for (const [key, answer] of answers) {
        if (answer.value === undefined || this.#old(key, answer)) continue;
        if (this.#writes.has(key)) continue;
        this.#came(key, answer);
        this.remote.bytes += answer.bytes;
        take(key, answer);
      }
    }
  }

  /**
   * Sends a value that this page has set.
   * @param {string} key @param {unknown} value @param {readonly string[]} tags
   * @param {{ remoteTtl?: number }} entry
   */
  write(key, value, tags, { remoteTtl = this.#options.ttl ?? Number.POSITIVE_INFINITY }) {
    this.#held.change(key);
    this.#send(key, tags, () => this.#values.put(key, value, { tags, ttl: remoteTtl }));
  }

  /** @param {string} key */
  delete(key) {
    if (this.#held.change(key)) this.#send(key, [], () => this.#values.delete(key));
  }

  /** @param {{ tags?: string[], prefixes?: string[] }} what */
  invalidate(what) {
    this.#writes.add(undefined, {
      send: () => this.#health.asked(() => this.#values.invalidate(what)).then(() => {}),
      refused: (error) => this.#refused(error),
    });
  }

  /** A value was kept in levels of this page alone. @param {string} key @param {readonly string[]} levels */
  kept(key, levels) {
    if (levels === PAGE) return;
    this.#held.keep(key);
    if (this.#saving) return;
    this.#saving = true; // once for all of this turn
    queueMicrotask(() => this.save());
  }

  /** The levels of this page were cleared. */
  cleared() {
    this.#held.clear();
    this.save();
  }

  /** Asks for changes now. @returns {Promise<boolean>} whether all changes before the call are known */
  async catchUp() {
    try {
      return await (await this.#begun()).catchUp();
    } catch {
      return false;
    }
  }

  /** Keeps positions with the data that they describe. */
  save() {
    this.#saving = false;
    if (!this.#follower || this.#closed) return;
    this.#savedAt = this.#holder.now();
    this.#holder.save({ positions: this.#follower.positions(), local: this.#held.local });
  }

  /** @returns {Promise<boolean>} whether the gateway has acknowledged all changes */
  settled() {
    return this.#writes.settled();
  }

  close() {
    this.save();
    this.#closed = true;
    this.#follower?.close();
    this.#writes.close();
    this.#transport.stop();
  }

  /**
   * Counts an answer of a level, and tells the page's sampler.
   * @param {string} level @param {Counts} counts @param {number} ms @param {boolean} hit
   */
  told(level, counts, ms, hit) {
    counts.note(ms, hit);
    if (rooms.listeners.size > 0) {
      rooms.tell("cache.level", ms, { cache: this.#holder.name, level });
    }
  }

  get stats() {
    const { errors, failure } = this.#health;
    return { edge: this.edge.stats, remote: { ...this.remote.stats, errors, down: failure?.code } };
  }

  /** Follows the log, from where all tabs of this origin began. */
  #begun() {
    if (this.#follower) return Promise.resolve(this.#follower);
    this.#beginning ??= this.#holder
      .begin(async () => {
        const { heads } = await new Answers(this.#transport).heads();
        return { positions: { protocol: 1, logs: { ...heads } } };
      })
      .then((state) => this.#follow(state))
      .finally(() => {
        this.#beginning = undefined;
      });
    return this.#beginning;
  }

  /** @param {any} state @returns {Promise<LogFollower>} */
  async #follow(state) {
    const { url, fetch, timeout, fastest, slowest } = this.#options;
    /** @type {import("../../sync/log-follower.js").FollowerOptions} */
    const options = {
      ...{ url, fetch, timeout, fastest, slowest },
      onChange: (change) => {
        this.#held.changed(change);
        // After this turn, in which the positions move past the change.
        if (this.#holder.now() - this.#savedAt > SAVE_EVERY) queueMicrotask(() => this.save());
      },
      onState: ({ state, error }) => this.#health.hears(state === "up", error),
    };
    const follower = await LogFollower.open({ ...options, positions: state?.positions ?? null });
    if (state) this.#held.resume(state);
    if (this.#closed) follower.close();
    this.#follower = follower;
    return follower;
  }

  /** Whether it is known that an answer is too old. @param {string} key @param {Answer} answer */
  #old(key, { tags, asOf, tagsAsOf }) {
    return this.#follower?.stale(key, tags, asOf, tagsAsOf) ?? false;
  }

  /** @param {string} key @param {import("./ahead.js").Place} place */
  #came(key, place) {
    this.#follower?.hold(bucketOf(key), place.asOf, place.tagsAsOf);
    this.#held.came(key, place);
  }

  /** @param {string} key @param {readonly string[]} tags @param {() => Promise<{ asOf: Position, tagsAsOf: Position }>} send */
  #send(key, tags, send) {
    this.#writes.add(key, {
      send: () =>
        this.#health.asked(async () => {
          await this.#begun();
          return send();
        }),
      taken: (place) => {
        const overtaken = this.#held.overtaken(key, place.asOf);
        if (this.#writes.waits(key)) return; // a newer one of this page comes
        if (overtaken) this.#holder.drop(key);
        else this.#came(key, { ...place, tags });
      },
      refused: (error) => this.#refused(error, key),
    });
  }

  /** @param {any} cause @param {string} [key] */
  #refused(cause, key) {
    const what = key === undefined ? "an invalidation" : `the change of "${key}"`;
    const code = cause.code ?? "REFUSED";
    const error = new ApusError(code, `the gateway refused ${what}: ${cause.message}`, { cause });
    this.#holder.emit("error", error);
  }
}
