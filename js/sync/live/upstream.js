import { ApusError } from "../../core/errors.js";
import { jitter } from "../../core/waits.js";
import { mostOf, sizeOf } from "./limit.js";
import { decode, encode, payloads, readable } from "./wire.js";

/** @typedef {import("./frames.js").Message} Message */
/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./link.js").Receiver} Receiver */
/** @typedef {import("./link.js").Welcome} Welcome */

/** Durations in ms. An attempt; a wait at least, and at most: half of that while nothing answers. */
const ATTEMPT = 10_000;
const FASTEST = 1000;
const SLOWEST = 30_000;
/** Messages of a frame. */
const FRAME = 64;
/** What a close means; anything else is a lost connection. @type {Record<number, string>} */
const closes = { 4400: "BAD_ANSWER", 4401: "TOKEN_FAILED", 4403: "FORBIDDEN", 4406: "PROTOCOL" };
/** They will hardly be over soon. */
const lasting = /FORBIDDEN|PROTOCOL|BAD_ANSWER/;

/**
 * A connection to the gateway that comes back by itself: with full jitter, by another transport when
 * the first does not open, and when it is only half open. Failures are told, never thrown.
 */
export class Upstream {
  #options;
  #transports;
  #world;
  #to;
  /** @type {Link | undefined} */
  #link;
  /** Of the attempt; what belongs to an earlier one is void. */
  #turn = 0;
  #failures = 0;
  /** Which transport, and which one has worked. */
  #which = 0;
  #worked = -1;
  #opened = false;
  #trying = false;
  /** @type {Welcome | undefined} */
  #welcome;
  #since = 0;
  #heard = 0;
  #pinged = false;
  /** The frames that wait for the code that reads payloads have been heard. @type {Promise<void> | undefined} */
  #late;
  /** @type {Message[]} */
  #out = [];
  #timer = () => {};
  #unprefer = () => {};
  /** Connections after the first. */
  reconnects = -1;
  session;
  leads = true;
  tabs = 1;

  /**
   * @param {import("./link.js").UpstreamOptions} options
   * @param {string} session proposed to the gateway, so that membership outlives a connection
   * @param {import("./world.js").World} world @param {Receiver} to
   */
  constructor(options, session, world, to) {
    this.#options = options;
    this.#transports = Object.values(options.transports);
    this.session = session;
    this.#world = world;
    this.#to = to;
  }

  /** The place of the transport in use; -1 while it is down. */
  get which() {
    return this.#welcome ? this.#which : -1;
  }

  /** @param {string} kind @param {any} args @returns {[kind: string, args: any]} what to ask */
  asked(kind, args) {
    return [kind, args];
  }

  /** Connects, at once, unless it is up. */
  start() {
    if (this.#welcome) this.check(false);
    else if (!this.#trying) void this.#connect();
  }

  /** What is sent in one turn shares a frame. Dropped while it is down. @param {Message[]} messages */
  send(messages) {
    if (!this.#welcome || this.#out.push(...messages) > messages.length) return;
    queueMicrotask(() => {
      while (this.#out.length > 0) this.#frame(this.#out.splice(0, FRAME));
    });
  }

  /** @param {Message[]} messages in one frame, or more if it would be too large */
  #frame(messages) {
    const frame = encode(messages);
    const half = messages.length >> 1;
    if (half > 0 && sizeOf(frame) > mostOf(this.#welcome)) {
      this.#frame(messages.slice(0, half));
      this.#frame(messages.slice(half));
    } else this.#link?.send(frame);
  }

  /** The network may have changed, or the page slept. @param {boolean} changed the answer must come soon */
  check(changed) {
    if (changed && this.#welcome) {
      this.#heard = Math.min(this.#heard, this.#world.now() - 1.5 * this.#welcome.heartbeat);
      this.#ping();
    }
    this.#beat();
  }

  /** Ends it until `start`. */
  close() {
    this.#turn += 1;
    this.#end(1000);
  }

  async #connect() {
    this.#timer();
    const turn = ++this.#turn;
    const { url, fetch, WebSocket } = this.#options;
    this.#opened = false;
    this.#trying = true;
    this.#timer = this.#world.later(() => this.#lost(turn, "TIMED_OUT"), ATTEMPT);
    try {
      const token = await this.#token();
      const open = await this.#transports[this.#which]();
      if (turn !== this.#turn) return;
      this.#link = open({
        ...{ url, session: this.session, fetch, WebSocket },
        open: () => {
          if (turn !== this.#turn) return;
          this.#opened = true;
          this.#link?.send(encode([["hello", 1, token, { session: this.session, deltas: true }]]));
        },
        frame: (frame) => this.#hear(frame, turn),
        close: (code = 1006, reason) => {
          const error = reason ? new Error(reason) : undefined;
          this.#lost(turn, closes[code] ?? "UNREACHABLE", error, code);
        },
      });
    } catch (/** @type {any} */ error) {
      this.#lost(turn, error?.code ?? "UNREACHABLE", error);
    }
  }

  async #token() {
    try {
      return (await this.#options.token()) ?? null;
    } catch (cause) {
      throw new ApusError("TOKEN_FAILED", "there is no token", { cause });
    }
  }

  /** @param {unknown} frame @param {number} turn */
  #hear(frame, turn) {
    if (turn !== this.#turn) return;
    this.#heard = this.#world.now();
    this.#pinged = false;
    if (!this.#late && readable(frame)) {
      this.#read(frame, turn);
      return;
    }
    const read = () => {
      if (turn !== this.#turn) return;
      if (this.#late === late) this.#late = undefined;
      this.#read(frame, turn);
    };
    const late = (this.#late ?? payloads()).then(read, (error) => {
      this.#lost(turn, "UNREACHABLE", error);
    });
    this.#late = late;
  }

  /** @param {unknown} frame @param {number} turn */
  #read(frame, turn) {
    /** @type {Message[]} */
    const messages = [];
    try {
      for (const message of decode(frame, this.#link)) {
        const [kind, part] = /** @type {[string, any]} */ (message);
        if (kind === "welcome") this.#welcomed(part);
        else if (kind === "ping") this.send([["pong"]]);
        else if (kind === "expiring") void this.#renew(turn, part);
        else if (kind === "drain") this.#drain(turn, part);
        else if (kind !== "pong" && kind !== "cut") messages.push(message);
      }
    } catch (error) {
      this.#lost(turn, "BAD_ANSWER", error);
      return;
    }
    if (messages.length > 0 && turn === this.#turn) this.#to.receive(messages);
  }

  /** @param {Welcome} welcome */
  #welcomed(welcome) {
    if (!(welcome?.heartbeat > 0)) throw new TypeError("not a welcome");
    this.#timer();
    this.#since = this.#world.now();
    this.#welcome = { ...welcome, clock: (Number(welcome.now) || this.#since) - this.#since };
    this.#worked = this.#which;
    this.session = welcome.session ?? this.session;
    this.reconnects += 1;
    this.#to.up(this.#welcome);
    this.#beat();
    if (this.#which > 0) void this.#prefer(this.#turn);
  }

  /** Goes back to the first transport when it opens. @param {number} turn */
  async #prefer(turn) {
    try {
      const { prefer } = await import("./prefer.js");
      if (turn !== this.#turn) return;
      this.#unprefer = prefer(this.#transports[0], this.#options, this.#world, () => {
        this.#which = 0;
        this.#move(turn);
      });
    } catch {} // then it stays with this one
  }

  /** Asks for life after a silence, and gives up after a longer one. */
  #beat() {
    if (!this.#welcome) return;
    this.#timer();
    const { heartbeat } = this.#welcome;
    const silent = this.#world.now() - this.#heard;
    if (this.#pinged && silent >= 2.5 * heartbeat) {
      this.#lost(this.#turn, "UNREACHABLE", undefined, 4409);
      return;
    }
    if (silent >= heartbeat) this.#ping();
    const due = (this.#pinged ? 2.5 : 1) * heartbeat - silent;
    this.#timer = this.#world.later(() => this.#beat(), Math.max(due, 50));
  }

  #ping() {
    if (!this.#pinged) this.send([["ping"]]);
    this.#pinged = true;
  }

  /** @param {number} turn @param {number} ms until the token ends */
  async #renew(turn, ms) {
    try {
      const { renew } = await import("./renew.js");
      const over = () => turn !== this.#turn;
      const token = await renew(() => this.#token(), ms, this.#world, over, this.#to.error);
      if (!over() && token !== undefined) this.send([["auth", token]]);
    } catch {
      // The gateway ends the connection, and the next one has another token.
    }
  }

  /** This gateway ends: moves to another one before it does. @param {number} turn @param {number} ms */
  #drain(turn, ms) {
    const wait = this.#world.random() * Math.min(Number(ms) || 0, 2 * FASTEST);
    this.#world.later(() => this.#move(turn), wait / 2);
  }

  /** Connects again at once. @param {number} turn */
  #move(turn) {
    this.#lost(turn, "UNREACHABLE", undefined, 1012);
  }

  /** @param {number} turn @param {string} code @param {unknown} [error] @param {number} [close] */
  #lost(turn, code, error, close = 1000) {
    if (turn !== this.#turn) return;
    this.#turn += 1;
    const lived = this.#welcome ? this.#world.now() - this.#since : 0;
    if (lived >= ATTEMPT) this.#failures = 0;
    this.#failures += 1;
    this.#end(close);
    const sound = this.#opened || !/UNREACHABLE|TIMED_OUT/.test(code);
    const failures = lasting.test(code) ? 9 : this.#failures;
    let wait = jitter(failures, FASTEST, sound ? SLOWEST : SLOWEST / 2, this.#world.random());
    if (close === 1012 && lived > FASTEST) wait = 0;
    // Another transport, unless this one has worked and only the gateway is away.
    if (!sound && (this.#worked !== this.#which || this.#failures > 3)) {
      this.#worked = -1;
      this.#which = (this.#which + 1) % this.#transports.length;
      if (this.#which > 0 && this.#failures < 7) wait = 0;
    }
    this.#timer = this.#world.later(() => void this.#connect(), wait);
    this.#to.down(code, error);
  }

  /** @param {number} code */
  #end(code) {
    this.#timer();
    this.#unprefer();
    const link = this.#link;
    this.#trying = false;
    this.#link = undefined;
    this.#welcome = undefined;
    this.#out.length = 0;
    this.#late = undefined;
    link?.close(code);
  }
}
