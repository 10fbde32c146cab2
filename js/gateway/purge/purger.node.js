import { jitter } from "../../core/waits.js";
import { RateLimiter } from "../../lazy/parts/rate-limiter.js";
import { cursorText, parseCursor } from "../../sync/position.js";
import { LOGS } from "../engine.node.js";

/** @typedef {import("./adapters.node.js").PurgeAdapter} PurgeAdapter */
/** @typedef {import("../engine.node.js").Event} Event */

const LEASE = 10_000; // ms; another gateway takes over after that
const PIECE = 1000; // events of a log at once
const FIRST_RETRY = 250; // ms
const LAST_RETRY = 30_000;

/**
 * Purges a CDN from the log until the CDN has agreed. Its place in the log is kept in the engine and
 * moves on after a purge succeeded, so a crash loses none; at worst a name is purged twice. Of all
 * gateways one works, the holder of a lease. When history is missing, everything is purged.
 */
export class Purger {
  #values;
  #engine;
  #adapter;
  #stop = new AbortController();
  /** @type {Promise<void>} */
  #work;
  #wake = () => {};
  #dirty = true;
  /** Names and calls so far, and why the last call failed. */
  stats = { names: 0, calls: 0, failures: 0, failure: /** @type {unknown} */ (undefined) };

  /**
   * @param {import("../values.node.js").Values} values
   * @param {import("../engine.node.js").Engine} engine
   * @param {PurgeAdapter} adapter
   */
  constructor(values, engine, adapter) {
    this.#values = values;
    this.#engine = engine;
    this.#adapter = adapter;
    this.#work = this.#run();
  }

  get name() {
    return this.#adapter.name;
  }

  /** Ends after the call under way. */
  async close() {
    this.#stop.abort();
    this.#wake();
    await this.#work;
  }

  async #run() {
    const { signal } = this.#stop;
    const { perMinute } = this.#adapter;
    const limiter = perMinute
      ? await RateLimiter.create({ capacity: perMinute, perSecond: perMinute / 60 })
      : undefined;
    const stop = this.#values.feed.listen(() => {
      this.#dirty = true;
      this.#wake();
    });
    for (let failed = 0; !signal.aborted; ) {
      try {
        const lease = await this.#engine.lease(this.#key, LEASE);
        if (lease.token === 0) {
          await this.#pause(lease.wait);
          continue;
        }
        this.#dirty = false;
        let done = false;
        try {
          done = await this.#purge(limiter, signal);
        } finally {
          await this.#engine.release(this.#key, lease.token);
        }
        failed = 0;
        if (done && !this.#dirty) await this.#pause(1000);
      } catch (error) {
        if (signal.aborted) break;
        this.stats.failures++;
        this.stats.failure = error;
        const { retryAfter } = /** @type {{ retryAfter?: number }} */ (error);
        const wait = jitter(failed++, FIRST_RETRY, LAST_RETRY, Math.random());
        await this.#pause(retryAfter ?? wait, true);
      }
    }
    stop();
    limiter?.dispose();
  }

  /**
   * Purges what is new, up to one call. The lease outlasts it, or another gateway does it again.
   * @param {RateLimiter | undefined} limiter @param {AbortSignal} signal
   * @returns {Promise<boolean>} whether nothing is left
   */
  async #purge(limiter, signal) {
    const places = parsePlaces(await this.#engine.note(this.#note));
    const names = new Set();
    let everything = places === undefined;
    let left = false;
    /** @type {(string | null)[]} */
    const next = [];
    const heads = await this.#engine.heads();
    for (let log = 0; log < LOGS; log++) {
      const place = places?.[log];
      const head = heads[log];
      next[log] = place ?? null;
      if (everything || !head) {
        next[log] = head ? cursorText(head) : null;
        continue;
      }
      if (place === cursorText(head)) continue;
      if (names.size >= this.#adapter.batch) {
        left = true;
        continue;
      }
      const cursor = place ? parseCursor(place) : undefined;
      const { events, lost } = await this.#engine.events(log, cursor, PIECE);
      everything ||= Boolean(lost);
      for (const event of events) {
        const name = nameOf(event);
        if (name === null) everything = true;
        if (name && names.size >= this.#adapter.batch && !names.has(name)) {
          left = true;
          break;
        }
        if (name) names.add(name);
        next[log] = cursorText({ ...event.at, check: event.check });
      }
      left ||= events.length === PIECE;
    }
    if (everything)
      for (const [log, head] of heads.entries()) next[log] = head ? cursorText(head) : null;
    if (everything || names.size > 0) {
      await limiter?.wait({ signal });
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(LEASE / 2)]);
      this.stats.calls++;
      if (everything) await this.#adapter.purgeAll(deadline);
      else await this.#adapter.purge([...names], deadline);
      this.stats.names += names.size;
      this.stats.failure = undefined;
    }
    await this.#engine.setNote(this.#note, JSON.stringify(next));
    return !left || everything;
  }

  get #note() {
    return `purge:${this.#adapter.name}`;
  }

  get #key() {
    return `\0${this.#note}`; // no key of a client
  }

  /** Waits until there is news, or for `ms`. @param {number} ms @param {boolean} [whole] news or not */
  #pause(ms, whole = false) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve(undefined);
      };
      const timer = setTimeout(done, ms);
      this.#wake = () => (whole && !this.#stop.signal.aborted ? undefined : done());
    });
  }
}

/**
 * The name of an event for a CDN; undefined if it needs no purge, `null` if only a purge of
 * everything reaches it: responses carry the prefixes that end with ":" or "/". A fill needs none:
 * the value that it replaces has expired everywhere, or was purged when it was invalidated.
 * @param {Event} event
 */
function nameOf({ kind, name }) {
  if (kind === "epoch" || kind === "fill") return undefined;
  if (kind === "prefix") return /[:/]$/.test(name) ? `p:${encodeURIComponent(name)}` : null;
  return `${kind === "tag" ? "t" : "k"}:${encodeURIComponent(name)}`;
}

/** @param {string} [text] @returns {(string | null)[] | undefined} */
function parsePlaces(text) {
  if (text === undefined) return undefined;
  const places = JSON.parse(text);
  return Array.isArray(places) && places.length === LOGS ? places : undefined;
}
