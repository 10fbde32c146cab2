import { checkOptions, integerIn } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";
import { Drain } from "./drain.js";
import { checkText, entryOf, shown } from "./entry.js";
import { Optimistic } from "./optimistic.js";
import { checkOutbox } from "./options.js";
import { Queue } from "./queue.js";
import { Sender } from "./send.js";

/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {import("./entry.js").Asked} Asked */
/** @typedef {import("./entry.js").AddOptions} AddOptions */
/** @typedef {import("./drain.js").News} News */
/** @typedef {import("./options.js").OutboxOptions} OutboxOptions */
/** @typedef {import("../../core/event-types.js").TypedTarget<import("./options.js").OutboxEvents>} Target */
/** What `entries` gives. @typedef {ReturnType<typeof shown>} OutboxEntry */

/** @type {Record<string, import("../../core/check.js").Check>} */
const addChecks = { lane() {}, key() {}, tags() {}, optimistic() {} }; // entryOf checks them
const checkId = integerIn(1, Number.MAX_SAFE_INTEGER);

const LATEST = 1e9; // ms that a timer takes
const AGAIN = 5000; // ms after an error of the storage

/**
 * Requests that are sent once the network lets them: durable, in order within a lane, applied once
 * by servers that know `Idempotency-Key`. All tabs and the service worker share an outbox of a name;
 * one of them sends at a time. Events are dispatched in each.
 *
 * Codes: `BAD_LANE`, `BAD_KEY`, `BODY_USED`, `BODY_TOO_LARGE`, `QUOTA_EXCEEDED`, `CLOSED`; of `open`
 * also `BAD_NAME`, `NO_INDEXEDDB`, `NO_LOCKS`, `WASM_UNAVAILABLE`.
 */
export class Outbox extends /** @type {new () => Target} */ (EventTarget) {
  #queue;
  #sender;
  #drain;
  #optimistic;
  #lock;
  #channel;
  #end = new AbortController();
  /** In the order of calls. @type {Promise<unknown>} */ #adding = Promise.resolve();
  /** @type {Promise<void> | undefined} */ #closing;
  /** It waits for the lock. @type {Promise<void> | undefined} */ #asking;
  /** It has the lock. @type {Promise<void> | undefined} */ #running;
  #eager = false;
  /** @type {Promise<unknown> | undefined} */ #registering;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #due = Number.POSITIVE_INFINITY;

  /**
   * @param {string} name 1 to 128 characters @param {OutboxOptions} [options]
   * @returns {Promise<Outbox>} it sends from now on
   * @throws {TypeError | RangeError} for a bad option
   * @throws {ApusError} see above; IndexedDB's errors; the reason of the signal
   */
  static async open(name, options = {}) {
    checkText(name, "Outbox.open: name", "BAD_NAME", 1);
    checkOutbox(options);
    const { fetch, retry, cache, signal } = options;
    signal?.throwIfAborted();
    if (!globalThis.navigator?.locks) {
      throw new ApusError("NO_LOCKS", "Web Locks are not available here: they need HTTPS");
    }
    const queue = new Queue(`apus-outbox:${name}`);
    /** @type {Sender | undefined} */
    let sender;
    try {
      await queue.open();
      sender = await Sender.create(fetch, retry);
      const entries = cache ? await queue.all() : [];
      signal?.throwIfAborted();
      const optimistic = cache && new Optimistic(cache);
      optimistic?.restore(entries);
      return new Outbox(name, queue, sender, optimistic, options);
    } catch (error) {
      sender?.dispose();
      await queue.close();
      throw error;
    }
  }

  /**
   * Use `open`, which checks.
   * @param {string} name @param {Queue} queue @param {Sender} sender
   * @param {Optimistic | undefined} optimistic @param {OutboxOptions} options
   */
  constructor(name, queue, sender, optimistic, { lanes = 4, signal: outer }) {
    super();
    /** @readonly */ this.name = name;
    this.#lock = `apus-outbox:${name}`;
    this.#queue = queue;
    this.#sender = sender;
    this.#optimistic = optimistic;
    this.#drain = new Drain(queue, sender, lanes, (news) => this.#tell(news));
    this.#channel = new BroadcastChannel(this.#lock);
    this.#channel.onmessage = ({ data }) => this.#heard(data, true);
    const { signal } = this.#end;
    const now = () => this.#soon(true);
    globalThis.addEventListener?.("online", now, { signal });
    const seen = () => document.visibilityState === "visible" && now();
    globalThis.document?.addEventListener("visibilitychange", seen, { signal });
    outer?.addEventListener("abort", () => void this.close(), { signal });
    now();
  }

  /**
   * Keeps a request until it is applied. A second one with a key that waits is the same one.
   * @param {Request | Asked} request its body can still be read
   * @param {AddOptions} [options]
   * @returns {Promise<{ id: number }>} when it is on the disk. O(body)
   * @throws {TypeError | ApusError} see above; then nothing was kept
   */
  async add(request, options = {}) {
    this.#check();
    checkOptions("add", options, addChecks);
    if (options.optimistic?.length && !this.#optimistic) {
      throw new TypeError("add: optimistic needs the outbox's option cache");
    }
    const reading = entryOf(request, options);
    const adding = Promise.allSettled([this.#adding, reading]).then(async () => {
      const { entry, body } = await reading;
      entry.optimistic = this.#optimistic?.withBefore(entry.optimistic) ?? [];
      const { id, fresh } = await this.#queue.add(entry, body);
      if (fresh) this.#optimistic?.apply(id, entry.optimistic);
      return { id, lane: entry.lane, tags: entry.tags };
    });
    this.#adding = adding.catch(() => {});
    const added = await adding;
    this.#tell({ ...added, state: "waiting" });
    this.#soon(false);
    this.#register();
    return { id: added.id };
  }

  /** What waits and what was refused, in the order of `add`. @returns {Promise<OutboxEntry[]>} */
  async entries() {
    this.#check();
    return (await this.#queue.all()).map(shown);
  }

  /**
   * Sends an entry at once: one that was refused again, with its key.
   * @param {number} id
   * @returns {Promise<boolean>} false when it is not there, or on its way
   */
  async retry(id) {
    return this.#before(id, async () => {
      const fresh = { attempts: 0, answered: 0, unanswered: 0, next: undefined, first: undefined };
      const change = (/** @type {Entry} */ entry) =>
        entry.state === "sending"
          ? undefined
          : { ...entry, ...fresh, state: /** @type {const} */ ("waiting"), queue: entry.lane };
      const entry = await this.#queue.update(id, change, "strict");
      if (!entry) return false;
      this.#optimistic?.apply(id, this.#optimistic.withBefore(entry.optimistic));
      this.#tell({ id, lane: entry.lane, tags: entry.tags, state: "waiting" });
      this.#soon(false);
      return true;
    });
  }

  /**
   * Discards an entry. One that is on its way may be applied all the same.
   * @param {number} id
   * @returns {Promise<boolean>} whether it was there
   */
  async remove(id) {
    return this.#before(id, async () => {
      const there = await this.#queue.delete(id, "strict");
      if (there) this.#tell({ id, lane: "", tags: [], state: "removed" });
      return there;
    });
  }

  /**
   * Sends what is due, and what had no answer yet.
   * @returns {Promise<number>} entries that still wait, when nothing more can be done now
   * @throws IndexedDB's errors
   */
  async drain() {
    this.#check();
    await this.#run(true);
    return this.#end.signal.aborted ? 0 : this.#queue.waiting();
  }

  /** Ends after the requests under way. What waits stays on the disk. @returns {Promise<void>} */
  close() {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close() {
    this.#end.abort();
    clearTimeout(this.#timer);
    await Promise.allSettled([this.#adding, this.#running]);
    this.#channel.close();
    this.#sender.dispose();
    await this.#queue.close();
  }

  /** `close` waits for it. @template T @param {number} id @param {() => Promise<T>} work */
  #before(id, work) {
    this.#check();
    checkId(id, "id");
    const done = work();
    this.#adding = Promise.allSettled([this.#adding, done]);
    return done;
  }

  #check() {
    if (this.#end.signal.aborted) throw new ApusError("CLOSED", "the outbox is closed");
  }

  /** In all tabs. @param {News} news */
  #tell(news) {
    this.#channel.postMessage(news);
    this.#heard(news, false);
  }

  /** @param {News} news @param {boolean} far from another tab */
  #heard(news, far) {
    const { id, state, tags, next } = news;
    if (state === "sent") this.#optimistic?.keep(id, tags);
    if (state === "parked" || state === "removed") {
      for (const [other, optimistic] of this.#optimistic?.rollBack(id) ?? []) {
        this.#queue.update(other, (entry) => ({ ...entry, optimistic })).catch(() => {});
      }
    }
    if (next !== undefined) this.#at(next);
    // Whoever waits for the lock goes on when the one that sends is gone.
    else if (state === "waiting" && far) this.#soon(false);
    for (const type of ["progress", state]) {
      if (type !== "progress" && type !== "sent" && type !== "parked") continue;
      this.dispatchEvent(new CustomEvent(type, { detail: news }));
    }
  }

  /** @param {number} due ms since 1970 */
  #at(due) {
    if (due >= this.#due || this.#end.signal.aborted) return;
    this.#due = due;
    clearTimeout(this.#timer);
    const wait = Math.min(Math.max(due - Date.now(), 0), LATEST);
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#soon(false);
    }, wait);
  }

  /** @param {boolean} eager */
  #soon(eager) {
    if (this.#end.signal.aborted) return;
    this.#drain.wake();
    this.#run(eager).catch(() => {}); // reported by #locked
  }

  /** One question for the lock at a time. @param {boolean} eager */
  #run(eager) {
    this.#eager ||= eager;
    this.#asking ??= this.#ask();
    return this.#asking;
  }

  async #ask() {
    try {
      await navigator.locks.request(this.#lock, { signal: this.#end.signal }, async () => {
        this.#asking = undefined;
        this.#running = this.#locked();
        await this.#running;
      });
    } catch (error) {
      this.#asking = undefined;
      if (!this.#end.signal.aborted) throw error;
    }
  }

  async #locked() {
    const eager = this.#eager;
    this.#eager = false;
    try {
      this.#at(await this.#drain.run(this.#end.signal, eager));
    } catch (error) {
      this.#at(Date.now() + AGAIN);
      this.dispatchEvent(new CustomEvent("error", { detail: { error } }));
      throw error;
    }
  }

  /** Asks for a background sync, which sends when no page is open. Without it, the next page sends. */
  #register() {
    const { serviceWorker } = globalThis.navigator;
    const here = /** @type {any} */ (globalThis).registration;
    this.#registering ??= Promise.resolve(here ?? serviceWorker?.getRegistration())
      .then((it) => it?.sync?.register(this.#lock))
      .catch(() => {})
      .finally(() => {
        this.#registering = undefined;
      });
  }
}
