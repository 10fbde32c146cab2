import { abortSignal, checkOptions, func, integerIn, string } from "../../core/check.js";
import { dispose } from "../../core/dispose.js";
import { ApusError } from "../../core/errors.js";
import { Inbox } from "./inbox.js";
import { part } from "./part.js";
import { presenceOf } from "./presence-door.js";

/** @typedef {import("../position.js").Position} Position */
/** @typedef {import("./events.js").LiveEvent} LiveEvent */
/** @typedef {import("./stream.js").Stream} Stream */
/** @typedef {(events: LiveEvent[]) => unknown} Callback */

/**
 * @typedef {object} ChannelOptions
 * @property {"ordered" | "latest"} [mode] latest: of the events that wait for a frame, only the newest
 *   of each key is handed out; default "ordered": all of them
 * @property {Record<string, unknown>} [where] only events whose data match, by equality or a range as
 *   `{ min, max }`; the gateway says which fields it filters by
 * @property {Position} [since] goes on after this position; default: with what happens next
 * @property {number} [buffer] events that may wait for the callbacks; beyond that the channel pauses,
 *   and later goes on where it stopped; default 10,000
 */

/**
 * What a channel needs of its connection.
 * @typedef {object} Context
 * @property {import("./client.js").Client} client
 * @property {import("../../core/wasm.js").Wasm<"sync">} wasm
 * @property {import("./dispatch.js").Dispatcher} dispatcher
 * @property {(code: string, error: unknown, channel?: string) => void} failed
 * @property {(events: LiveEvent[]) => void} delivered
 * @property {import("./chunks.js").ChunkSource} chunks
 * @property {(kind: string, args: Record<string, unknown>, options?: import("./client.js").RequestOptions) => Promise<import("./events.js").Json>} request
 * @property {(what: import("./stream.js").StreamOf, use: import("./stream.js").StreamUse) => Stream} open
 * @property {(after: Promise<unknown>, channel: string, type: string, data: unknown, options?: import("./publisher.js").PublishOptions) => Promise<Position>} publish
 * @property {<T>(callback: (value: T) => unknown, value: T, channel: string) => void} call reports what it throws
 */

const listening = { signal: abortSignal };
const iterating = { signal: abortSignal, buffer: integerIn(1, 1e6) };

/**
 * The events of a channel. It begins with the first `on`, and then gives every event once and in
 * order, over all breaks of the connection.
 *
 * Events: `resume`, after each break: `detail.recovered` is false when events are gone, and
 * `detail.reason` says why: `trimmed` (too many happened) or `replaced` (the history was lost).
 * @extends {EventTarget}
 */
export class Channel extends EventTarget {
  #context;
  #what;
  #buffer;
  #inbox;
  #stream;
  /** @type {Set<{ type: string, callback: Callback }>} */
  #listeners = new Set();
  #ready = deferred();
  /** The subscriptions up to now have begun. @type {Promise<unknown>} */
  #begun = Promise.resolve();
  /** @type {Position | undefined} */
  #delivered;
  #paused = false;
  /** @type {import("./presence-door.js").PresenceOf | undefined} */
  #presence;
  #forget;
  name;
  mode;

  /**
   * @param {Context} context @param {string} name @param {ChannelOptions & { newest?: boolean }} options
   * @param {() => void} forget
   */
  constructor(context, name, { mode = "ordered", buffer = 10_000, ...what }, forget) {
    super();
    this.#context = context;
    this.name = name;
    this.mode = mode;
    this.#forget = forget;
    this.#what = { channel: name, chunks: context.chunks, ...what };
    this.#buffer = buffer;
    this.#inbox = new Inbox((events) => this.#hand(events), mode === "latest" && context.wasm);
    this.#stream = context.open(this.#what, {
      take: (events) => this.#take(events),
      resumed: (detail) => this.dispatchEvent(new CustomEvent("resume", { detail })),
      ready: () => this.#ready.resolve(this.#stream.position),
      refused: (error) => this.#ready.reject(error),
    });
    this.#ready.promise.catch(() => {});
  }

  /** The last event that was handed out, or the place where the channel began: where to go on (`since`). */
  get position() {
    return this.#delivered ?? this.#stream.position;
  }

  /** Until the gateway has answered: from then on no event is missed. @returns {Promise<Position>} */
  get ready() {
    return this.#ready.promise;
  }

  /**
   * Calls back with the events of a type, once a frame at most. A callback that throws, or rejects, is
   * reported by the connection's `error` event, and the others go on.
   * @param {string} type "*": all @param {Callback} callback
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {() => void} stops it
   * @throws {ApusError} `CLOSED`
   */
  on(type, callback, options = {}) {
    string(type, "Channel.on: type");
    func(callback, "Channel.on: callback");
    checkOptions("Channel.on", options, listening);
    const { signal } = options;
    const listener = { type, callback };
    const off = () => void this.#listeners.delete(listener);
    if (signal?.aborted) return off;
    this.#begin(this.#stream, this.#ready.promise);
    this.#listeners.add(listener);
    signal?.addEventListener("abort", off, { once: true });
    return off;
  }

  /**
   * The next event of a type.
   * @param {string} type "*": any @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<LiveEvent>} rejects with the signal's reason, or `CLOSED`
   */
  once(type, options = {}) {
    checkOptions("Channel.once", options, listening);
    const { signal } = options;
    const stop = new AbortController();
    const end = { signal: stop.signal };
    /** @type {Promise<LiveEvent>} */
    const event = new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(signal.reason), end);
      this.addEventListener("close", () => reject(this.#closed()), end);
      this.on(type, ([event]) => resolve(event), end);
    });
    return event.finally(() => stop.abort());
  }

  /**
   * The events from this call on, or from `since`, in arrays. Whoever reads slowly is not flooded: when
   * `buffer` events wait, the reading pauses, and goes on where it stopped.
   * @param {{ signal?: AbortSignal, buffer?: number }} [options] buffer: default 1,000. The signal
   *   ends the iteration without an error.
   * @returns {AsyncGenerator<LiveEvent[], void, void>} throws `LOST` when events are gone, after which
   *   a new iteration may begin
   */
  events(options = {}) {
    checkOptions("Channel.events", options, iterating);
    const { buffer = 1000 } = options;
    /** @type {import("./iterate.js").Reading} */
    const reading = { events: [], error: undefined, wake() {} };
    const begun = deferred();
    /** @param {ApusError} error */
    const fail = (error) => {
      begun.resolve(0);
      reading.error ??= error;
      stream.pause();
      reading.wake();
    };
    const stream = this.#context.open(this.#what, {
      take: (events) => {
        reading.events.push(...events);
        if (reading.events.length >= buffer) stream.pause();
        reading.wake();
      },
      resumed: ({ recovered, reason }) => {
        if (!recovered) fail(new ApusError("LOST", `${this.name}: events are gone: ${reason}`));
      },
      refused: fail,
      ready: () => begun.resolve(0),
    });
    this.#begin(stream, begun.promise);
    this.addEventListener("close", () => begun.resolve(0), { once: true });
    return this.#read(stream, reading, options.signal);
  }

  /**
   * Publishes an event: once, whatever happens on the way. While the connection is down it waits.
   * @param {string} type 1 to 64 characters @param {unknown} data JSON, or a `Uint8Array`
   * @param {import("./publisher.js").PublishOptions} [options]
   * @returns {Promise<Position>} its position; rejects with `FORBIDDEN`, `TOO_LARGE`, `RATE_LIMITED`
   *   (with `wait`, ms), `CLOSED`, `UNREACHABLE` (1,000 wait already), or the signal's reason: then it
   *   may have happened
   */
  publish(type, data, options) {
    return this.#context.publish(this.#begun, this.name, type, data, options);
  }

  /**
   * The last events, oldest first.
   * @param {number} n 1 to 1,000
   * @returns {Promise<LiveEvent[]>} rejects with `FORBIDDEN`, `TIMED_OUT`, `UNREACHABLE`
   */
  async history(n) {
    integerIn(1, 1000)(n, "Channel.history: n");
    const { history } = await part(import("./history.js"));
    return history(this.#context, this.#what, n);
  }

  /** Who is here. Its code is loaded when it is used. @returns {import("./presence-door.js").PresenceOf} */
  get presence() {
    this.#presence ??= presenceOf(this.#context, this.name);
    return this.#presence;
  }

  /**
   * Feeds its events into a list, which begins empty; see `feed.js`.
   * @template Row
   * @param {import("./feed.js").Fed<Row>} list such as `<apus-list>`
   * @param {import("./feed.js").FeedOptions<Row>} [options]
   * @returns {Promise<() => void>} ends it
   * @throws {TypeError | RangeError} for a bad option; nothing has changed
   */
  async feed(list, options) {
    const { feed } = await part(import("./feed.js"));
    return feed(this, list, options);
  }

  /** Ends it: nothing is handed out any more. `live.channel` gives a new one. */
  close() {
    this.#stream.close();
    this.#inbox.clear();
    this.#context.dispatcher.remove(this.#inbox);
    this.#ready.reject(this.#closed());
    this.#listeners.clear();
    this.#presence?.close();
    this.#forget();
    this.dispatchEvent(new Event("close"));
  }

  [dispose]() {
    this.close();
  }

  #closed() {
    return new ApusError("CLOSED", `${this.name} is closed`);
  }

  /** What is published after this call comes after it. @param {Stream} stream @param {Promise<unknown>} begun */
  #begin(stream, begun) {
    if (stream.active) return;
    const before = this.#begun;
    this.#begun = begun.then(
      () => before,
      () => before,
    );
    stream.start();
  }

  /**
   * @param {Stream} stream @param {import("./iterate.js").Reading} reading @param {AbortSignal} [signal]
   * @returns {AsyncGenerator<LiveEvent[], void, void>}
   */
  async *#read(stream, reading, signal) {
    const { iterate } = await part(import("./iterate.js"));
    yield* iterate(stream, reading, this, signal);
  }

  /** @param {LiveEvent[]} events */
  #take(events) {
    this.#inbox.push(events);
    if (this.#inbox.size > this.#buffer) {
      this.#paused = true;
      this.#stream.pause();
    }
    this.#context.dispatcher.add(this.#inbox);
  }

  /** @param {LiveEvent[]} events */
  #hand(events) {
    this.#context.delivered(events);
    for (const { type, callback } of [...this.#listeners]) {
      const its = type === "*" ? events : events.filter((event) => event.type === type);
      if (its.length > 0) this.#context.call(callback, its, this.name);
    }
    this.#delivered = events.at(-1)?.at;
    if (this.#paused && this.#inbox.size <= this.#buffer / 2) {
      this.#paused = false;
      this.#stream.start();
    }
  }
}

/** As `Promise.withResolvers`, which not every engine has. @returns {PromiseWithResolvers<any>} */
function deferred() {
  /** @type {any} */
  const it = {};
  it.promise = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
  return it;
}
