import { ApusError } from "../../core/errors.js";
import { mostOf, sizeOf } from "./limit.js";
import { decode, encode } from "./wire.js";

/** @typedef {import("./frames.js").Message} Message */

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
 * @property {number} size bytes
 * @property {boolean} again
 * @property {boolean} sent
 * @property {(result: any) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/**
 * Whom a subscription serves.
 * @typedef {object} Subscriber
 * @property {Message} message that subscribes
 * @property {() => void} up the connection is up
 * @property {(lost?: boolean) => void} down it is lost
 * @property {(kind: string, parts: any[]) => void} receive "sub", "ev" and "no-sub"
 * @property {() => void} close
 */

/**
 * @typedef {object} Subscription
 * @property {Set<Subscriber>} its
 * @property {boolean} sent
 * @property {import("./stream.js").Head} [head] what the connection has brought up to now
 */

const closed = () => new ApusError("CLOSED", "the connection is closed");

/** What one tab has of a connection: its subscriptions and the requests under way. */
export class Client {
  #send;
  /** By id. @type {Map<unknown, Subscription>} */
  #subs = new Map();
  /** By id, in the order of the calls. @type {Map<unknown, Ask>} */
  #asks = new Map();
  #id = 0;
  #closed = false;
  /** @type {Set<() => void>} */
  #ups = new Set();
  /** What the gateway said; undefined while down. @type {import("./link.js").Welcome | undefined} */
  welcome;

  /**
   * @param {import("./world.js").World} world
   * @param {(messages: Message[]) => void} send
   * @param {(error: any, channel?: string) => void} failed
   */
  constructor(world, send, failed) {
    this.world = world;
    this.#send = send;
    this.failed = failed;
  }

  /**
   * @param {string} kind @param {Record<string, any>} args kept as they are now
   * @param {RequestOptions} [options]
   * @returns {Promise<any>} the result; rejects with the gateway's code, `TIMED_OUT`, `UNREACHABLE`,
   *   `CLOSED`, `TOO_LARGE`, the signal's reason, or a `TypeError` if `args` are not JSON
   */
  request(kind, args, { again = false, timeout = 10_000, signal } = {}) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed) throw closed();
      const id = ++this.#id;
      const abort = () => ask.reject(signal?.reason);
      const end = () => {
        stop();
        signal?.removeEventListener("abort", abort);
        return this.#asks.delete(id);
      };
      const frame = encode([["ask", id, kind, args]]);
      /** @type {Ask} */
      const ask = {
        message: decode(frame)[0],
        size: sizeOf(frame),
        again,
        sent: false,
        resolve: (result) => end() && resolve(result),
        reject: (error) => end() && reject(error),
      };
      const late = () => ask.reject(new ApusError("TIMED_OUT", `${kind}: no answer`));
      const stop = timeout < Infinity ? this.world.later(late, timeout) : () => {};
      signal?.addEventListener("abort", abort);
      this.#asks.set(id, ask);
      this.#ask(ask);
    });
  }

  /** @param {() => void} then now, if it is up, and with each connection @returns {() => void} stops it */
  onUp(then) {
    this.#ups.add(then);
    if (this.welcome) then();
    return () => this.#ups.delete(then);
  }

  /** @param {Subscriber} it whose events are wanted from now on */
  subscribe(it) {
    const id = it.message[1];
    const sub = this.#subs.get(id) ?? { its: new Set(), sent: false };
    this.#subs.set(id, sub);
    sub.its.add(it);
    if (!this.welcome) return;
    this.#subscribe(sub, it);
    if (sub.head) it.receive("sub", [sub.head]);
  }

  /** @param {Subscriber} it */
  unsubscribe(it) {
    const id = it.message[1];
    const sub = this.#subs.get(id);
    if (!sub?.its.delete(it) || sub.its.size > 0) return;
    this.#subs.delete(id);
    if (this.welcome) this.#send([["unsub", id]]);
  }

  /** @param {import("./link.js").Welcome} welcome */
  up(welcome) {
    this.welcome = welcome;
    for (const sub of this.#subs.values()) for (const it of sub.its) this.#subscribe(sub, it);
    for (const ask of [...this.#asks.values()]) this.#ask(ask);
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
      for (const it of sub.its) it.down(true);
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
    this.#closed = true;
    for (const ask of [...this.#asks.values()]) ask.reject(closed());
    for (const { its } of [...this.#subs.values()]) for (const it of [...its]) it.close();
  }

  /** @param {Message} message */
  #receive([kind, id, ...rest]) {
    const parts = /** @type {any[]} */ (rest);
    const [first, second, last] = parts;
    if (kind === "ok") this.#asks.get(id)?.resolve(first);
    if (kind === "no") {
      const error = Object.assign(new ApusError(String(first), String(second)), { wait: last });
      this.#asks.get(id)?.reject(error);
    }
    const sub = this.#subs.get(id);
    if (!sub || kind === "ok" || kind === "no") return;
    if (kind === "sub") sub.head = { epoch: first.epoch, head: first.head };
    if (kind === "ev" && sub.head) sub.head = { epoch: first, head: last };
    if (kind === "no-sub") sub.sent = false;
    for (const it of [...sub.its]) it.receive(kind, parts);
  }

  /** @param {Subscription} sub @param {Subscriber} it of it */
  #subscribe(sub, it) {
    if (!sub.sent) this.#send([it.message]);
    sub.sent = true;
    it.up();
  }

  /** @param {Ask} ask */
  #ask(ask) {
    if (!this.welcome || ask.sent) return;
    if (ask.size > mostOf(this.welcome)) {
      ask.reject(new ApusError("TOO_LARGE", "the gateway does not take so much at once"));
      return;
    }
    ask.sent = true;
    this.#send([ask.message]);
  }
}
