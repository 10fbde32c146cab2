import { ApusError } from "../../core/errors.js";
import { decode, encode } from "./frames.js";

/** @typedef {import("./frames.js").Message} Message */
/** @typedef {import("./stream.js").Stream} Stream */

/**
 * @typedef {object} RequestOptions
 * @property {boolean} [again] it is safe to ask again when the connection was lost before the answer;
 *   default false: then it fails with `UNREACHABLE`
 * @property {number} [timeout] ms, in all; default 10,000; Infinity: as long as it takes
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Ask
 * @property {Message} message
 * @property {boolean} again
 * @property {boolean} sent
 * @property {(result: any) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/**
 * @typedef {object} Subscription
 * @property {Set<Stream>} streams whose events it brings
 * @property {boolean} sent
 * @property {import("./stream.js").Head} [head] what the connection has brought up to now
 */

const TIMEOUT = 10_000;

/** What one tab has of a connection: its subscriptions and the requests under way. */
export class Client {
  #send;
  #failed;
  /** @type {Map<string, Subscription>} */
  #subs = new Map();
  /** @type {Set<() => void>} */
  #ups = new Set();
  /** By id, in the order of the calls. @type {Map<number, Ask>} */
  #asks = new Map();
  #id = 0;
  /** What the gateway said; undefined while down. @type {import("./upstream.js").Welcome | undefined} */
  welcome;

  /**
   * @param {import("./world.js").World} world
   * @param {(messages: Message[]) => void} send
   * @param {(code: string, error: unknown, channel?: string) => void} failed
   */
  constructor(world, send, failed) {
    this.world = world;
    this.#send = send;
    this.#failed = failed;
  }

  /**
   * @param {string} kind @param {Record<string, any>} args kept as they are now
   * @param {RequestOptions} [options]
   * @returns {Promise<any>} the result; rejects with the gateway's code, `TIMED_OUT`, `UNREACHABLE`,
   *   `CLOSED`, the signal's reason, or a `TypeError` if `args` are not JSON
   */
  request(kind, args, { again = false, timeout = TIMEOUT, signal } = {}) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const id = ++this.#id;
      const late = () => {
        ask.reject(new ApusError("TIMED_OUT", `${kind}: no answer in ${timeout} ms`));
      };
      const stop = timeout < Infinity ? this.world.later(late, timeout) : () => {};
      const abort = () => ask.reject(signal?.reason);
      const end = () => {
        stop();
        signal?.removeEventListener("abort", abort);
        return this.#asks.delete(id);
      };
      /** @type {Ask} */
      const ask = {
        message: decode(encode([["ask", id, kind, args]]))[0],
        again,
        sent: false,
        resolve: (result) => end() && resolve(result),
        reject: (error) => end() && reject(error),
      };
      signal?.addEventListener("abort", abort);
      this.#asks.set(id, ask);
      this.#ask(ask);
    });
  }

  /** @param {any} error @param {string} [channel] */
  failed(error, channel) {
    this.#failed(error?.code ?? "BAD_ANSWER", error, channel);
  }

  /** Requests under way. */
  get asking() {
    return this.#asks.size;
  }

  /** @param {() => void} then now, if it is up, and with each connection @returns {() => void} stops it */
  onUp(then) {
    this.#ups.add(then);
    if (this.welcome) then();
    return () => this.#ups.delete(then);
  }

  /** @param {Stream} stream whose events are wanted from now on */
  subscribe(stream) {
    const sub = this.#subs.get(stream.sub) ?? { streams: new Set(), sent: false };
    this.#subs.set(stream.sub, sub);
    sub.streams.add(stream);
    if (!this.welcome) return;
    this.#subscribe(sub, stream);
    stream.up();
    if (sub.head) stream.subscribed(sub.head);
  }

  /** @param {Stream} stream */
  unsubscribe(stream) {
    const sub = this.#subs.get(stream.sub);
    if (!sub?.streams.delete(stream) || sub.streams.size > 0) return;
    this.#subs.delete(stream.sub);
    if (this.welcome) this.#send([["unsub", stream.sub]]);
  }

  /** @param {import("./upstream.js").Welcome} welcome */
  up(welcome) {
    this.welcome = welcome;
    for (const sub of this.#subs.values()) {
      for (const stream of sub.streams) {
        this.#subscribe(sub, stream);
        stream.up();
      }
    }
    for (const ask of this.#asks.values()) if (!ask.sent) this.#ask(ask);
    for (const then of this.#ups) then();
  }

  down() {
    if (!this.welcome) return;
    this.welcome = undefined;
    for (const ask of [...this.#asks.values()]) {
      if (ask.sent && !ask.again) {
        ask.reject(new ApusError("UNREACHABLE", "the connection was lost before the answer"));
      }
      ask.sent = false;
    }
    for (const sub of this.#subs.values()) {
      sub.sent = false;
      sub.head = undefined;
      for (const stream of sub.streams) stream.down(true);
    }
  }

  /** @param {Message[]} messages */
  receive(messages) {
    for (const message of messages) {
      try {
        this.#receive(message);
      } catch (error) {
        this.failed(error);
      }
    }
  }

  close() {
    const error = new ApusError("CLOSED", "the connection is closed");
    for (const ask of [...this.#asks.values()]) ask.reject(error);
    for (const { streams } of [...this.#subs.values()]) {
      for (const stream of [...streams]) stream.close();
    }
  }

  /** @param {Message} message */
  #receive([kind, name, ...rest]) {
    const parts = /** @type {any[]} */ (rest);
    if (kind === "ok") this.#asks.get(Number(name))?.resolve(parts[0]);
    if (kind === "no") {
      const error = new ApusError(String(parts[0]), String(parts[1] ?? "the gateway refused it"));
      this.#asks.get(Number(name))?.reject(Object.assign(error, { wait: parts[2] }));
    }
    const sub = this.#subs.get(String(name));
    if (!sub) return;
    const [first, second] = parts;
    if (kind === "sub") sub.head = { epoch: first.epoch, head: first.head };
    if (kind === "no-sub") sub.sent = false;
    if (kind === "ev" && sub.head) sub.head = { epoch: first, head: parts[2] };
    for (const stream of [...sub.streams]) {
      if (kind === "ev") stream.hear(first, second, parts[2], parts[3]);
      if (kind === "sub") stream.subscribed(first);
      if (kind === "no-sub") {
        const error = new ApusError(String(first), String(second));
        this.failed(error, stream.channel);
        stream.refused(error);
      }
    }
  }

  /** @param {Subscription} sub @param {Stream} stream of it */
  #subscribe(sub, stream) {
    if (!sub.sent) this.#send([stream.message]);
    sub.sent = true;
  }

  /** @param {Ask} ask */
  #ask(ask) {
    if (!this.welcome) return;
    ask.sent = true;
    this.#send([ask.message]);
  }
}
