import { checkOptions } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { Answers, eventsOf } from "./answers.js";
import { CatchUp } from "./catch-up.js";
import { ChangeLog, TAGS } from "./change-log.js";
import { checks } from "./options.js";
import { positionText, START } from "./position.js";
import { Schedule } from "./schedule.js";
import { Transport } from "./transport.js";

/** @typedef {import("./options.js").FollowerOptions} FollowerOptions */
/** @typedef {import("./options.js").Positions} Positions */
/** @typedef {import("./options.js").State} State */
/** @typedef {import("./position.js").Position} Position */

/**
 * Follows a gateway's change log for somebody who holds values: tells what has changed, exactly once
 * and in order, however often the connection is lost, and what may have changed where history is
 * gone. It asks only for the logs of buckets that are held and the log of tags; by polling, until a
 * live connection brings the events (`receive`).
 *
 *     const follower = await LogFollower.open({ url: "/apus/", onChange: drop, positions });
 *     const answer = await ask(key);
 *     const newest = follower.stale(key, tags, asOf, tagsAsOf) ? await askPastCaches(key) : answer;
 *     follower.hold(bucketOf(key), asOf, tagsAsOf);   // and keep the answer, in the same turn
 *
 * A failing gateway is a state, never an exception.
 */
export class LogFollower {
  #log;
  #answers;
  #reader;
  #schedule;
  #now;
  #onState;
  /** @type {State | undefined} */
  #state;
  /** The question under way. @type {Promise<unknown> | undefined} */
  #asking;
  /** The one after it, for all who wait. @type {Promise<boolean> | undefined} */
  #next;
  #knownAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  /**
   * @param {FollowerOptions} options
   * @returns {Promise<LogFollower>} does not wait for the gateway
   * @throws {TypeError | RangeError} for a bad option
   * @throws {ApusError} `WASM_UNAVAILABLE`
   */
  static async open(options) {
    checkOptions("LogFollower.open", options, checks);
    for (const name of /** @type {const} */ (["url", "onChange"])) {
      if (options[name] === undefined) throw new TypeError(`LogFollower.open: ${name} is missing`);
    }
    const url = new URL(options.url, globalThis.document?.baseURI ?? globalThis.location?.href)
      .href;
    return new LogFollower(await ChangeLog.open(options.onChange), { ...options, url });
  }

  /** Use `open`. @private @param {ChangeLog} log @param {FollowerOptions & { url: string }} options */
  constructor(log, { url, positions, onState = () => {}, ...options }) {
    const { fastest = 1000, slowest = 30_000, timeout, now = Date.now, fetch } = options;
    this.#log = log;
    this.#now = now;
    this.#onState = onState;
    this.#answers = new Answers(new Transport(url, fetch, timeout));
    this.#reader = new CatchUp(log, this.#answers);
    this.#schedule = new Schedule((again) => this.#due(again), fastest, slowest);
    for (const [log, cursor] of Object.entries(positions?.logs ?? {})) {
      this.#log.follow(Number(log), cursor);
    }
    void this.#reader.learn();
    if (this.#log.cursors.size > 0) this.#schedule.soon();
  }

  /** "up" or "down"; undefined until the gateway has answered or failed. */
  get state() {
    return this.#state?.state;
  }

  /** Every change before this time is known, in ms since 1970; -Infinity before the first answer. */
  get knownAt() {
    return this.#knownAt;
  }

  /**
   * Says that the caller holds keys of a bucket, from now on. Of a bucket that was not held, and of
   * the tags, changes are told that are newer than these positions. Call it in the turn in which
   * the answer is kept.
   * @param {number} bucket 0 to 63
   * @param {Position} asOf of the answer, in the bucket's log @param {Position} tagsAsOf in that of tags
   */
  hold(bucket, asOf, tagsAsOf) {
    const fresh = this.#begin(TAGS, tagsAsOf);
    if (this.#begin(bucket, asOf) || fresh) this.#schedule.soon();
  }

  /** Says that the caller holds nothing of a bucket any more. @param {number} bucket */
  leave(bucket) {
    this.#log.leave(bucket);
  }

  /**
   * Whether an answer is older than a change of its key, its tags or a prefix of its key that was
   * heard, or so old that this is not known: a cache on the way has kept it. Then ask again with
   * `Cache-Control: no-cache`. Without I/O; O(tags + lengths of prefixes).
   * @param {string} key @param {readonly string[]} tags
   * @param {Position} asOf in the log of the key's bucket @param {Position} tagsAsOf in that of tags
   * @returns {boolean} false for a bucket that is not held
   */
  stale(key, tags, asOf, tagsAsOf) {
    return this.#log.stale(key, tags, asOf, tagsAsOf);
  }

  /**
   * Asks the gateway now.
   * @returns {Promise<boolean>} true: all that happened before the call is told; false: the gateway
   *   is down, or the follower closed. Never rejects.
   */
  catchUp() {
    this.#next ??= Promise.resolve(this.#asking).then(() => {
      this.#next = undefined;
      const asking = this.#ask();
      this.#asking = asking;
      return asking;
    });
    return this.#next;
  }

  /**
   * Takes in events that a live connection has brought: `[kind, name, "epoch:offset:check"]`. Those
   * that were heard before are dropped; if some are missing, it asks for them.
   * @param {number} log 0 to 64 @param {unknown} events
   */
  receive(log, events) {
    if (this.#closed || !this.#log.cursors.has(log)) return;
    try {
      if (this.#log.hear(log, eventsOf(log, events, Number.POSITIVE_INFINITY))) return;
    } catch (error) {
      this.#failed(error);
    }
    void this.catchUp();
  }

  /** Where to go on after all changes that were told. @returns {Positions} */
  positions() {
    return { protocol: 1, logs: Object.fromEntries(this.#log.cursors) };
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#schedule.stop();
    this.#reader.stop();
    this.#log.close();
  }

  [dispose]() {
    this.close();
  }

  /** @param {number} log @param {Position} asOf @returns {boolean} whether it was not followed */
  #begin(log, asOf) {
    if (this.#log.cursors.has(log)) return false;
    const start = asOf.epoch === START.epoch && asOf.offset === START.offset;
    this.#log.follow(log, start ? null : positionText(asOf));
    this.#reader.lower(log);
    return true;
  }

  /** @param {boolean} again */
  #due(again) {
    if (again) this.#reader.resume();
    if (this.#log.cursors.size > 0) void this.catchUp();
  }

  /** @returns {Promise<boolean>} */
  async #ask() {
    if (this.#closed) return false;
    const began = this.#now();
    try {
      const news = await this.#reader.read();
      if (this.#closed) return false;
      this.#knownAt = began;
      this.#is({ state: "up" });
      this.#schedule.done(news);
      return true;
    } catch (error) {
      if (this.#closed) return false;
      this.#failed(error);
      return false;
    } finally {
      this.#asking = undefined;
    }
  }

  /** @param {any} error */
  #failed(error) {
    const known = error instanceof ApusError;
    this.#reader.resume();
    this.#is({ state: "down", code: known ? error.code : "CHANGE_FAILED", error });
    if (!this.#closed) this.#schedule.failed(error?.wait);
  }

  /** @param {State} state */
  #is(state) {
    const before = this.#state;
    this.#state = state;
    if (before?.state !== state.state || before?.code !== state.code) this.#onState(state);
  }
}
