import { decode } from "../../sync/live/frames.js";
import { PROTOCOL } from "../requests.node.js";
import { frameOf } from "./frame.node.js";
import { bad, Ended, Refused, told } from "./requests.node.js";
import { Subscriptions } from "./subscriptions.node.js";

/** @typedef {import("./frame.node.js").Frame} Frame */
/** @typedef {import("../../sync/live/frames.js").Message} Message */

/**
 * A connection's way of sending.
 * @typedef {object} Transport
 * @property {(frame: Frame) => void} send must not throw
 * @property {() => number} queued bytes that wait for the client
 * @property {(status: number, reason: string) => void} close ends it; the session is lost then
 * @property {boolean} [quiet] whether the client cannot be asked for a sign of life, because it asks
 */

const WAITING = 1000; // messages until a client is let in
const MOST_ASKS = 256; // under way

const PING = frameOf([["ping"]]);
const PONG = frameOf([["pong"]]);

/** One client, from its first message to the end of its connection. */
export class Session {
  /** @type {Message[] | undefined} what came before the client was let in */
  #early;
  /** To be sent in this turn. @type {Message[] | undefined} */
  #out;
  #asks = 0;
  /** The last task of each name. @type {Map<string, Promise<unknown>> | undefined} */
  #lines;
  #tokens;
  #refilled = Date.now();
  #begun = false;
  #told = false;
  /** When it was asked for a sign of life; 0: it was heard since. */
  #pinged = 0;
  #ended = false;
  #subs = new Subscriptions(this);
  heard = Date.now();
  /** @type {import("./options.node.js").User | undefined} undefined until it is let in */
  user;
  /** Its states in channels' presence. @type {Map<string, unknown> | undefined} */
  members;
  /** The id that others know it by. */
  member = "";
  /** Whether it reads deltas. */
  deltas = false;

  /**
   * @param {import("./live.node.js").Live} live @param {Transport} transport
   * @param {string} id secret: whoever has it can go on as this client
   * @param {Request} request the one that the connection began with; see opening.node.js
   */
  constructor(live, transport, id, request) {
    this.live = live;
    this.transport = transport;
    this.id = id;
    this.request = request;
    this.#tokens = 2 * live.limits.rate;
    live.sessions.add(this);
  }

  get ended() {
    return this.#ended;
  }

  get subscriptions() {
    return this.#subs.size;
  }

  /** @param {string | Uint8Array | ArrayBuffer} frame of the client */
  receive(frame) {
    if (this.#ended) return;
    this.heard = Date.now();
    this.#pinged = 0;
    let messages;
    try {
      messages = decode(frame);
    } catch {
      this.end(4400, "that is not a frame");
      return;
    }
    try {
      for (const message of messages) if (!this.#ended) this.#received(message);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Messages of one turn are one frame. @param {Message} message */
  say(...message) {
    if (this.#ended) return;
    if (this.#out) this.#out.push(message);
    else {
      this.#out = [message];
      setImmediate(flush, this);
    }
  }

  /** @param {Frame} frame that other clients may get too */
  send(frame) {
    if (this.#ended) return;
    if (this.#out) this.flush();
    if (this.transport.queued() > this.live.limits.queue) {
      this.live.stats.cut++;
      this.#out = undefined;
      this.transport.send(frameOf([["cut", "slow"]]));
      this.end(4408, "slow");
      return;
    }
    this.transport.send(frame);
  }

  /** Ends the connection. @param {number} status @param {string} reason */
  end(status, reason) {
    if (this.#ended) return;
    this.flush();
    this.lost(false);
    this.transport.close(status, reason);
  }

  /** @param {unknown} error that ends the connection */
  fail(error) {
    if (error instanceof Ended) this.end(error.status, error.message);
    else this.end(4400, error instanceof Refused ? error.message : "a message is not understood");
  }

  /** The connection has ended. @param {boolean} leaves whether the client said that it leaves */
  lost(leaves) {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = undefined;
    this.#subs.end();
    this.live.left(this, leaves);
  }

  /** Called about once a second. @param {number} now */
  tick(now) {
    const { heartbeat } = this.live;
    const silent = now - this.heard;
    if (!this.user && silent > this.live.patience) this.end(4400, "no hello");
    else if (this.user && !this.transport.quiet && silent >= heartbeat) {
      // Asked first: a gateway that stood still has heard nothing either.
      if (this.#pinged === 0) {
        this.#pinged = now;
        this.send(PING);
      } else if (now - this.#pinged > 1.5 * heartbeat) this.end(4409, "no sign of life");
    }
    const left = (this.user?.expiresAt ?? Number.POSITIVE_INFINITY) - now;
    if (left <= 0) this.end(4401, "the token has expired");
    else if (left <= this.live.notice && !this.#told) {
      this.#told = true;
      this.say("expiring", Math.ceil(left));
    }
  }

  /**
   * Runs tasks of one name one after the other.
   * @template Result @param {string} name @param {() => Promise<Result>} task
   * @returns {Promise<Result>}
   */
  async inOrder(name, task) {
    this.#lines ??= new Map();
    const lines = this.#lines;
    const run = (lines.get(name) ?? Promise.resolve()).then(task);
    const settled = run.catch(() => {});
    lines.set(name, settled);
    try {
      return await run;
    } finally {
      if (lines.get(name) === settled) lines.delete(name);
    }
  }

  /** @param {Message} message */
  #received(message) {
    this.#count();
    if (this.user) this.#handle(message);
    else if (message[0] === "hello" && !this.#begun) void this.#hello(message);
    else if (!this.#begun) throw new Ended(4400, "the first message must be hello");
    else {
      this.#early ??= [];
      if (this.#early.push(message) > WAITING) throw bad("too much before hello");
    }
  }

  /** @param {Message} message */
  async #hello([, version, token, options]) {
    this.#begun = true;
    this.deltas = /** @type {any} */ (options)?.deltas === true;
    try {
      if (version !== PROTOCOL) throw new Ended(4406, `supported: ${PROTOCOL}-${PROTOCOL}`);
      const user = await this.live.authenticated(token, this.request);
      if (this.#ended) return;
      this.live.entered(this, user, /** @type {any} */ (options)?.session);
      const { expiresAt } = user;
      const { id: gateway, heartbeat, limits } = this.live;
      const { id: session, member } = this;
      const now = Date.now();
      const welcome = { session, gateway, heartbeat, now, member, message: limits.message };
      this.say("welcome", expiresAt === undefined ? welcome : { ...welcome, expiresAt });
      this.tick(Date.now());
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const message of early) if (!this.#ended) this.#handle(message);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {Message} message */
  #handle([kind, ...parts]) {
    if (kind === "ask") void this.#ask(parts);
    else if (kind === "sub") this.#subs.add(parts);
    else if (kind === "unsub") this.#subs.remove(parts[0]);
    else if (kind === "ping") this.send(PONG);
    else if (kind === "auth") void this.#renew(parts[0]);
    else if (kind !== "pong") throw new Ended(4400, "an unknown kind of message");
  }

  /** @param {unknown[]} parts */
  async #ask([id, kind, args]) {
    if (!Number.isSafeInteger(id)) {
      this.end(4400, "the id of a request must be an integer");
      return;
    }
    try {
      this.paced();
      if (this.#asks >= MOST_ASKS) throw new Refused("RATE_LIMITED", "too many requests", 100);
      if (args === null || typeof args !== "object") throw bad("a request needs its arguments");
      const handler = this.live.kinds.get(/** @type {string} */ (kind));
      if (!handler) throw new Refused("UNKNOWN", "an unknown kind of request");
      this.#asks++;
      try {
        this.say(
          "ok",
          id,
          await handler(this, /** @type {import("./kinds.node.js").Args} */ (args)),
        );
      } finally {
        this.#asks--;
      }
    } catch (error) {
      const { code, message, wait } = told(error);
      this.say("no", id, code, message, ...(wait === undefined ? [] : [Math.ceil(wait)]));
    }
  }

  /** @param {unknown} token */
  async #renew(token) {
    try {
      const user = await this.live.authenticated(token, this.request);
      if (this.#ended) return;
      if (user.id !== this.user?.id) throw new Ended(4403, "the token is another user's");
      this.user = user;
      this.#told = false;
      await this.#subs.review();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @throws {Refused} when the client is beyond its rate */
  paced() {
    const wait = (-this.#tokens / this.live.limits.rate) * 1000;
    if (wait > 0) throw new Refused("RATE_LIMITED", "too many messages", wait);
  }

  /** Counts a message. Beyond the rate requests are refused; a flood ends the connection. */
  #count() {
    const { rate } = this.live.limits;
    const now = Date.now();
    this.#tokens = Math.min(2 * rate, this.#tokens + ((now - this.#refilled) / 1000) * rate) - 1;
    this.#refilled = now;
    if (this.#tokens < -2 * rate) throw new Ended(4400, "too many messages");
  }

  /** Sends what was said in this turn. */
  flush() {
    const messages = this.#out;
    this.#out = undefined;
    if (messages && !this.#ended) this.send(frameOf(messages));
  }
}

/** @param {Session} session */
const flush = (session) => session.flush();
