import { checkOptions, duration, func } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { Answers, eventsOf } from "./answers.js";
import { BUCKETS } from "./bucket.js";
import { ChangeLog, TAGS } from "./change-log.js";
import { parseCursor, positionText, START } from "./position.js";
import { Schedule } from "./schedule.js";

/** @typedef {import("./change-log.js").Change} Change */
/** @typedef {import("./change-log.js").LogEvent} LogEvent */
/** @typedef {import("./position.js").Position} Position */

/** Missing events from which on chunks are read, which caches keep. */
const FAR = 500;
/** Questions for a digest that is as new as the log, and ms before the second one. */
const DIGESTS = 6;
const DIGEST_WAIT = 50;

/**
 * Where a holder of values has got to; JSON. Kept in the transaction that keeps the values.
 * @typedef {{ protocol: 1, logs: Record<string, string | null> }} Positions
 */

/**
 * @typedef {object} State
 * @property {"up" | "down"} state down: changes are not heard until it is up again
 * @property {string} [code] why it is down; see `Answers`, and `CHANGE_FAILED`: `onChange` threw
 * @property {unknown} [error]
 */

/**
 * @typedef {object} FollowerOptions
 * @property {string | URL} url the gateway's base, such as "/apus/"; relative to the page
 * @property {(change: Change) => void} onChange gets all changes of the logs that are held, in the
 *   order of each log, before `positions()` includes them. When it throws, the change comes again.
 * @property {(state: State) => void} [onState] at each change of state or code; first "up"
 *   when the gateway has answered
 * @property {Positions | null} [positions] where to go on
 * @property {typeof fetch} [fetch] adds headers, for example
 * @property {() => number} [now] ms since 1970, instead of `Date.now`
 * @property {number} [fastest] ms between two questions while something happens; default 1,000
 * @property {number} [slowest] ms while nothing happens, or the gateway is down; default 30,000
 * @property {number} [timeout] ms for an answer; default 10,000
 */

/** @type {Record<keyof FollowerOptions, import("../core/check.js").Check>} */
const checks = {
  url(value, name) {
    if (typeof value !== "string" && !(value instanceof URL)) {
      throw new TypeError(`${name} must be a string or a URL`);
    }
  },
  onChange: func,
  onState: func,
  positions(value, name) {
    if (value !== null && !rightPositions(value)) {
      throw new TypeError(`${name} must be what positions() gave`);
    }
  },
  fetch: func,
  now: func,
  fastest: duration,
  slowest: duration,
  timeout: duration,
};

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
  #schedule;
  #now;
  #onState;
  /** @type {State | undefined} */
  #state;
  /** The question under way. @type {Promise<unknown> | undefined} */
  #asking;
  /** The one after it, for all who wait. @type {Promise<boolean> | undefined} */
  #next;
  /** Perhaps far behind. */
  #resuming = true;
  /** What is known of all logs' past. @type {Float64Array[] | undefined} */
  #digest;
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
    const { fastest = 1000, slowest = 30_000, timeout = 10_000, now = Date.now } = options;
    // As a method, a browser's fetch would throw.
    const { fetch = (...args) => globalThis.fetch(...args) } = options;
    this.#log = log;
    this.#now = now;
    this.#onState = onState;
    this.#answers = new Answers(url.endsWith("/") ? url : `${url}/`, fetch, timeout);
    this.#schedule = new Schedule((again) => this.#due(again), fastest, slowest);
    for (const [log, cursor] of Object.entries(positions?.logs ?? {})) {
      this.#log.follow(Number(log), cursor);
    }
    void this.#learn();
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
    this.#answers.stop();
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
    if (this.#digest) this.#log.lower(log, this.#digest[log]);
    return true;
  }

  /** Learns how old an answer may be. */
  async #learn() {
    try {
      this.#digest = await this.#answers.digest();
      for (const log of this.#log.cursors.keys()) {
        if (this.#digest) this.#log.lower(log, this.#digest[log]);
      }
    } catch {
      // Then older answers are asked for again.
    }
  }

  /** @param {boolean} again */
  #due(again) {
    this.#resuming ||= again;
    if (this.#log.cursors.size > 0) void this.catchUp();
  }

  /** @returns {Promise<boolean>} */
  async #ask() {
    if (this.#closed) return false;
    const began = this.#now();
    try {
      const news = await this.#read();
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

  /** @returns {Promise<boolean>} whether something has happened */
  async #read() {
    let happened = false;
    for (let more = true; more && !this.#closed; ) {
      let progress = false;
      if (this.#resuming) await this.#readChunks();
      this.#resuming = false;
      const after = Object.fromEntries(this.#log.cursors);
      if (Object.keys(after).length === 0) return happened;
      const answer = await this.#answers.news(after);
      for (const { log, events, lost, trimmed, head } of answer.news) {
        if (lost || !this.#log.hear(log, events)) await this.#compare(log, head, trimmed || !lost);
        this.#log.confirm(log, head);
        progress ||= lost || events.length > 0;
      }
      happened ||= progress;
      more = answer.more;
      if (more && !progress) throw new ApusError("BAD_ANSWER", "there are no more events");
      this.#resuming = more;
    }
    return happened;
  }

  /** Reads what is far behind by chunks of the log. */
  async #readChunks() {
    const { chunk, heads } = await this.#answers.heads();
    for (const [log, cursor] of this.#log.cursors) {
      const head = parseCursor(heads[log] ?? "");
      let { epoch, offset } = parseCursor(cursor ?? "") ?? { epoch: head?.epoch, offset: -1 };
      while (head && epoch === head.epoch && head.offset - Number(offset) > FAR) {
        const events = await this.#answers.chunk(log, head.epoch, Math.floor((offset + 1) / chunk));
        const last = events?.at(-1);
        if (!last || last.at.offset <= offset || !this.#log.hear(log, events ?? [])) break;
        ({ epoch, offset } = last.at);
      }
    }
  }

  /**
   * Events were lost: finds out by a digest what has changed.
   * @param {number} log @param {string | null} head of the log now @param {boolean} same history
   */
  async #compare(log, head, same) {
    const cursor = parseCursor(this.#log.cursors.get(log) ?? "");
    const { epoch, offset = 0 } = parseCursor(head ?? "") ?? {};
    // A live connection has brought what this answer does not have.
    if (cursor && cursor.epoch === epoch && cursor.offset >= offset && same) return;
    for (let i = 0; head && same && cursor?.epoch === epoch && i < DIGESTS; i++) {
      // It may be older than the log: gateways hear changes a moment later, and caches keep it.
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, DIGEST_WAIT * 2 ** i));
      if (this.#closed) return;
      const digest = await this.#answers.digest(true);
      if (!digest || digest[log][0] !== epoch) break;
      if (this.#closed || this.#log.compare(log, head, digest[log])) return;
    }
    this.#log.lose(log, head);
  }

  /** @param {any} error */
  #failed(error) {
    const known = error instanceof ApusError;
    this.#resuming = true;
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

/** @param {any} value */
function rightPositions({ protocol, logs }) {
  return (
    protocol === 1 &&
    logs !== null &&
    typeof logs === "object" &&
    Object.entries(logs).every(
      ([log, cursor]) =>
        /^\d{1,2}$/.test(log) &&
        Number(log) <= BUCKETS &&
        (cursor === null || (typeof cursor === "string" && parseCursor(cursor))),
    )
  );
}
