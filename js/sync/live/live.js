import { checkOptions } from "../../core/check.js";
import { dispose } from "../../core/dispose.js";
import { ApusError } from "../../core/errors.js";
import { Channel } from "./channel.js";
import { Client } from "./client.js";
import { Dispatcher } from "./dispatch.js";
import { canonical } from "./events.js";
import { Lone } from "./lone.js";
import { channelChecks, checkName } from "./options.js";
import { heed } from "./page.js";
import { part } from "./part.js";
import { Shared } from "./shared.js";
import { Stream } from "./stream.js";
import { Upstream } from "./upstream.js";
import { payloads } from "./wire.js";
import { randomId } from "./world.js";

/** @typedef {import("./channel.js").ChannelOptions} ChannelOptions */
/** @typedef {import("./client.js").RequestOptions} RequestOptions */
/** @typedef {import("../position.js").Position} Position */

/** @typedef {"connecting" | "up" | "down" | "closed"} Status */

/**
 * @typedef {object} Settings
 * @property {string} url the gateway's base, absolute, ends with "/"
 * @property {Record<string, () => Promise<import("./link.js").Transport>>} transports by name, in the order of preference
 * @property {() => string | null | undefined | Promise<string | null | undefined>} token
 * @property {string} user
 * @property {boolean} share
 * @property {number} budget ms
 * @property {import("./meter.js").Tracker} [sampler]
 * @property {typeof fetch} [fetch]
 * @property {typeof globalThis.WebSocket} [WebSocket]
 */

/** Publications that wait at most. */
const MOST_QUEUED = 1000;

/**
 * A live connection to a gateway, shared by all tabs of the origin. It comes back by itself, and its
 * channels then go on where they were.
 *
 * Events: `status` (`detail`: `{ status, code, error }`), `error` (`detail`: `{ code, error, channel }`;
 * the codes are those of `ApusError` below), and `node-failed`, `failover`, `scaled`: gateways', services'.
 *
 * | code | when |
 * |---|---|
 * | `UNREACHABLE` | the gateway does not answer, or the connection was lost before the answer |
 * | `TIMED_OUT` | no answer in time |
 * | `FORBIDDEN` | the gateway does not allow it |
 * | `TOKEN_FAILED` | the token function failed, or the gateway does not know the token |
 * | `PROTOCOL` | the gateway speaks another version |
 * | `BAD_ANSWER` | not what a gateway sends |
 * | `TOO_LARGE`, `RATE_LIMITED` | beyond the gateway's limits; `error.wait`: ms until it may be tried again |
 * | `LOST` | events are gone |
 * | `CALLBACK_FAILED` | a callback of the page threw; `channel` says of which channel |
 * | `CLOSED` | it, or the channel, is closed |
 */
export class Live extends Shared {
  #settings;
  #world;
  #client;
  #carrier;
  #context;
  #stop = new AbortController();
  /** @type {Status} */
  #status = "connecting";
  /** @type {string | undefined} */
  #code;
  /** By name and options. @type {Map<string, Channel>} */
  #channels = new Map();
  /** @type {Promise<import("./publisher.js").Publisher> | undefined} */
  #publisher;
  #queued = 0;
  #received = 0;
  /** @type {import("./meter.js").Meter | undefined} */
  #meter;
  #metering = false;

  /**
   * Use `connect`, which checks.
   * @param {Settings} settings @param {import("../../core/wasm.js").Wasm<"sync">} wasm
   * @param {import("./world.js").World} world
   */
  constructor(settings, wasm, world) {
    super();
    const { share, url, user, budget, sampler, fetch, token } = settings;
    this.#settings = settings;
    this.#world = world;
    const client = new Client(
      world,
      (messages) => this.#now?.send(messages),
      (error, channel) => this.#failed(error?.code ?? "BAD_ANSWER", error, channel),
    );
    this.#client = client;
    /** @type {import("./channel.js").Context} */
    const context = {
      ...{ client, wasm, chunks: { url, fetch, token } },
      dispatcher: new Dispatcher(world, budget),
      failed: this.#failed,
      delivered: (events) => {
        this.#received += events.length;
        this.#meter?.delivered(events);
      },
      open: (what, use) => {
        this.#check();
        return new Stream(this.#context, what, use);
      },
      request: (kind, args, options) => this.request(kind, args, options),
      publish: this.#publish,
      call: this.#call,
    };
    this.#context = context;
    /** @type {import("./link.js").Receiver} */
    const receiver = {
      up: (welcome) => {
        this.#meter?.up(welcome.clock);
        client.up(welcome);
        this.#is("up");
        // A page may publish first when nothing can be loaded any more.
        this.#publishing().catch(() => {});
      },
      down: (code, error) => {
        client.down();
        this.#is("down", code, error);
      },
      receive: (messages) => {
        for (const [kind, type, detail] of messages) {
          if (kind === "node") this.dispatchEvent(new CustomEvent(String(type), { detail }));
        }
        client.receive(messages);
      },
      error: this.#failed,
    };
    const session = randomId();
    /** @type {(to: import("./link.js").Receiver, session: string) => Upstream} */
    const open = (to, session) => new Upstream(settings, session, world, to);
    this.#carrier = share
      ? new Lone(`apus-live-1 ${url} ${user}`, session, client, receiver, open)
      : open(receiver, session);
    if (sampler) this.#measure();
    heed(this.#carrier, receiver, this.#stop.signal);
    // In the next turn: then the caller hears all that happens.
    world.later(() => {
      if (!this.#stop.signal.aborted) this.#carrier.start();
    }, 0);
  }

  get status() {
    return this.#status;
  }

  /**
   * A channel; the same one for the same name and options.
   * @param {string} name 1 to 256 characters, without control characters, not beginning with "#"
   * @param {ChannelOptions} [options]
   * @returns {Channel}
   * @throws {TypeError | RangeError} for a bad name or option
   * @throws {ApusError} `CLOSED`
   */
  channel(name, options = {}) {
    checkName(name, "Live.channel: name");
    checkOptions("Live.channel", options, channelChecks);
    this.#check();
    const id = `${name}\n${canonical(options)}`;
    const known = this.#channels.get(id);
    if (known) return known;
    const channel = new Channel(this.#context, name, options, () => this.#channels.delete(id));
    this.#channels.set(id, channel);
    return channel;
  }

  /**
   * A stream without frames and callbacks: for the parts of Apus.
   * @param {import("./stream.js").StreamOf} what @param {import("./stream.js").StreamUse} use
   * @returns {import("./stream.js").Following}
   */
  stream(what, use) {
    return this.#context.open(what, use);
  }

  /**
   * Asks the gateway: for the parts of Apus.
   * @param {string} kind @param {Record<string, unknown>} args @param {RequestOptions} [options]
   * @returns {Promise<import("./events.js").Json>} see `Client.request`
   */
  async request(kind, args, options) {
    this.#check();
    return await this.#client.request(...(this.#now?.asked(kind, args) ?? [kind, args]), options);
  }

  /** @param {() => void} then now, if it is up, and after each reconnection @returns {() => void} stops it */
  onUp = (then) => this.#client.onUp(then);

  /** The first call begins to measure rate and latency. @returns {import("./meter.js").LiveFigures} */
  stats() {
    this.#measure();
    const now = this.#now;
    const names = Object.keys(this.#settings.transports);
    const up = this.#status === "up";
    return {
      status: this.#status,
      transport: up ? (names[now?.which ?? -1] ?? "tab") : undefined,
      leader: now?.leads ?? false,
      tabs: now?.tabs ?? 1,
      reconnects: Math.max(0, now?.reconnects ?? 0),
      queued: this.#queued,
      received: this.#received,
      eventsPerSecond: 0,
      ...this.#meter?.stats(),
    };
  }

  /** Who carries the messages now. */
  get #now() {
    return this.#carrier instanceof Lone ? this.#carrier.now : this.#carrier;
  }

  /** Ends it. What is not acknowledged is rejected with `CLOSED`. */
  close() {
    if (this.#status === "closed") return;
    this.#stop.abort();
    this.#is("closed");
    this.#carrier.close();
    for (const channel of [...this.#channels.values()]) channel.close();
    this.#client.close();
  }

  [dispose]() {
    this.close();
  }

  /** @type {import("./channel.js").Context["publish"]} */
  #publish = async (after, ...event) => {
    this.#check();
    if (this.#queued >= MOST_QUEUED) {
      throw new ApusError("UNREACHABLE", `${MOST_QUEUED} publications are waiting already`);
    }
    this.#queued += 1;
    try {
      await after;
      return await (await this.#publishing()).publish(...event);
    } finally {
      this.#queued -= 1;
    }
  };

  #publishing() {
    this.#publisher ??= part(Promise.all([import("./publisher.js"), payloads()]), () => {
      this.#publisher = undefined;
    }).then(([{ Publisher }]) => new Publisher(this.#client, randomId()));
    return this.#publisher;
  }

  async #measure() {
    if (this.#metering) return;
    this.#metering = true;
    try {
      const { Meter } = await import("./meter.js");
      this.#meter = new Meter(this.#world, this.#settings.sampler);
      if (this.#client.welcome) this.#meter.up(this.#client.welcome.clock);
    } catch {
      this.#metering = false; // the next call tries again
    }
  }

  /** @type {import("./channel.js").Context["call"]} */
  #call = async (callback, value, channel) => {
    try {
      await callback(value);
    } catch (error) {
      this.#failed("CALLBACK_FAILED", error, channel);
    }
  };

  /** @param {Status} status @param {string} [code] @param {unknown} [error] */
  #is(status, code, error) {
    if (this.#status === "closed" || (this.#status === status && this.#code === code)) return;
    this.#status = status;
    this.#code = code;
    this.dispatchEvent(new CustomEvent("status", { detail: { status, code, error } }));
  }

  /** @type {import("./channel.js").Context["failed"]} */
  #failed = (code, error, channel) => {
    this.dispatchEvent(new CustomEvent("error", { detail: { code, error, channel } }));
  };

  #check() {
    if (this.#status === "closed") throw new ApusError("CLOSED", "the connection is closed");
  }
}
