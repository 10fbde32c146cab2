import { createHash, randomBytes } from "node:crypto";
import { Hub } from "./hub.node.js";
import { channelKinds } from "./kinds.node.js";
import { addLocks } from "./locks.node.js";
import { openingOf } from "./opening.node.js";
import { channelsOf, defaultLimits } from "./options.node.js";
import { ownStreams } from "./own.node.js";
import { Presence } from "./presence.node.js";
import { bad, channelOf, Ended, forbidden, textOf } from "./requests.node.js";
import { openRegistry } from "./services.node.js";
import { Session } from "./session.node.js";
import { addState } from "./state.node.js";

/** @typedef {import("./options.node.js").LiveOptions} LiveOptions */
/** @typedef {import("./options.node.js").User} User */
/** @typedef {import("../options.node.js").GatewayOptions} GatewayOptions */
/** @typedef {import("./own.node.js").WithStreams} WithStreams */

const STEP = 20; // ms between two groups of clients that are told to go

/**
 * The live side of a gateway: clients, what they are subscribed to, and what they may do.
 */
export class Live {
  #options;
  #config;
  #authorize;
  #lease;
  /** @type {NodeJS.Timeout | undefined} */ #timer;
  /** @type {() => void} */ #unfollow = () => {};
  /** ms from 1970 at which it ends. */ #ends = 0;
  /** By the id of the session. @type {Map<string, Session>} */
  #byId = new Map();
  /** @readonly */ id = randomBytes(6).toString("base64url");
  /** @readonly */ hub = new Hub();
  /** Those of clients whose connection is there. @type {Set<Session>} */
  sessions = new Set();
  /** @type {Map<string, import("./kinds.node.js").Handler>} */
  kinds = new Map(Object.entries(channelKinds));
  /** Streams of the gateway's own, by the beginning of their names. */
  own;
  /** @type {import("./registry.node.js").Registry | undefined} */
  registry;
  stats = { accepted: 0, cut: 0, published: 0 };
  patience = 10_000; // ms for a client's hello
  notice = 30_000; // ms before a token's end at which the client is told

  /**
   * @param {WithStreams} engine
   * @param {import("../values.node.js").Values} values
   * @param {LiveOptions} options checked
   * @param {GatewayOptions["authorize"]} [authorize]
   */
  static async open(engine, values, options, authorize) {
    const live = new Live(engine, values, options, authorize);
    try {
      await live.#start();
      live.registry = await openRegistry(live, values.feed, options.registry ?? {});
      return live;
    } catch (error) {
      await live.close();
      throw error;
    }
  }

  /**
   * Use `open`. @private
   * @param {WithStreams} engine @param {import("../values.node.js").Values} values
   * @param {LiveOptions} options @param {GatewayOptions["authorize"]} [authorize]
   */
  constructor(engine, values, options, authorize) {
    this.#options = options;
    this.#authorize = authorize;
    this.#config = channelsOf(options.channels ?? {});
    this.engine = engine;
    this.streams = engine.streams;
    this.limits = { ...defaultLimits, ...options.limits };
    this.heartbeat = options.heartbeat ?? 4000;
    this.#lease = options.lease ?? 15_000;
    this.presence = new Presence(engine.streams, this.id, this.#lease);
    this.own = ownStreams(engine, values, this.hub);
    addState(this, values);
    addLocks(this);
  }

  async #start() {
    this.#unfollow = await this.streams.follow(
      (name, events) => this.hub.heard(name, events),
      () => this.hub.missed(),
    );
    const every = Math.max(5, Math.min(1000, this.heartbeat / 4, this.#lease / 4));
    this.#timer = setInterval(() => this.#tick(), every);
  }

  /** Whether it takes no new clients, because it ends. */
  get draining() {
    return this.#ends > 0;
  }

  /** @param {string} name of a channel or of a stream of the gateway's own */
  placeOf(name) {
    if (!name.startsWith("#")) {
      const config = this.#config(name);
      if (!config) throw forbidden("no such channel");
      const { filters, mode, delta } = config;
      return { source: this.streams, filters, latest: mode === "latest", delta };
    }
    const own = this.own.find(name);
    if (!own) throw bad("there is no such stream");
    return { source: own.source, filters: [], latest: false, delta: false };
  }

  /**
   * @param {Session} session @param {string} kind @param {string} name of a channel, or of a stream of
   *   the gateway's own, which is allowed as what it is about
   * @param {boolean} [write] whether it changes a state
   * @throws {import("./requests.node.js").Refused}
   */
  async allow(session, kind, name, write) {
    const own = name.startsWith("#") ? this.own.find(name) : undefined;
    const [what, channel] = own ? [own.kind, own.about(name)] : [kind, name];
    if (!(await this.permits(session.request, what, channel, session.user, write))) {
      throw forbidden(what);
    }
  }

  /**
   * @param {Request} request @param {string} kind @param {string} channel @param {User} [user]
   * @param {boolean} [write]
   * @returns {Promise<boolean>}
   */
  async permits(request, kind, channel, user, write) {
    const config = this.#config(channel);
    const inChannel = /^(?:subscribe|publish|presence|history)$/.test(kind);
    if (inChannel && !config) return false;
    if (kind === "publish" && config?.write === false) return false;
    if (kind === "presence" && !config?.presence) return false;
    if (!this.#authorize) {
      return inChannel ? kind !== "publish" || config?.write === true : kind === "log";
    }
    const action = /** @type {import("../options.node.js").Action} */ ({
      ...{ kind, keys: [], tags: [], channel, write },
    });
    return (await this.#authorize(request, action, user)) === true;
  }

  /** @param {unknown} token @param {Request} request @returns {Promise<User>} */
  async authenticated(token, request) {
    if (token !== null && typeof token !== "string") throw new Ended(4401, "a token must be text");
    if (!this.#options.authenticate) return {};
    let user;
    try {
      user = await this.#options.authenticate(token, request);
    } catch (error) {
      const { code } = /** @type {{ code?: string }} */ (error ?? {});
      throw new Ended(code === "FORBIDDEN" ? 4403 : 4401, "the token is refused");
    }
    if (user === null || typeof user !== "object") throw new Ended(4401, "the token is refused");
    return user;
  }

  /** @param {Session} session @param {User} user @param {unknown} id that the client had before */
  entered(session, user, id) {
    if (this.draining) throw new Ended(1012, "the gateway ends");
    if (typeof id === "string" && /^[\w-]{16,64}$/.test(id)) session.id = id;
    const other = this.#byId.get(session.id);
    if (other && other.user?.id !== user.id) session.id = randomBytes(16).toString("base64url");
    else other?.end(4409, "replaced by a newer connection");
    this.#byId.set(session.id, session);
    const word = createHash("sha256").update(session.id).digest("base64url").slice(0, 12);
    session.member = user.id === undefined ? word : `${user.id}/${word}`;
    session.members = this.presence.taken(session.id, session.member);
    session.user = user;
    this.stats.accepted++;
  }

  /** @param {Session} session whose connection has ended @param {boolean} leaves */
  left(session, leaves) {
    this.sessions.delete(session);
    if (this.#byId.get(session.id) === session) this.#byId.delete(session.id);
    this.presence.left(session, leaves);
  }

  /**
   * Publishes as the application itself: no one has to allow it.
   * @param {string} channel @param {string} type @param {unknown} [data] JSON or a `Uint8Array`
   * @param {{ key?: string }} [options]
   * @returns {Promise<import("../../sync/position.js").Position>}
   * @throws {import("./requests.node.js").Refused} for a channel that is not declared, or a bad name
   */
  async publish(channel, type, data = null, { key } = {}) {
    const name = channelOf(channel);
    this.placeOf(name);
    return (await this.append(name, { type: textOf(type, "type", 64), data, key })).at;
  }

  /** @param {string} channel @param {import("../streams.node.js").NewEvent} event @param {{ publisher?: string, seq?: number }} [options] */
  append(channel, event, options) {
    const { history: keep, ttl } = /** @type {import("./options.node.js").Config} */ (
      this.#config(channel)
    );
    this.stats.published++;
    return this.streams.append(channel, [event], { keep, ttl, ...options });
  }

  /**
   * The request that a connection begins with. Cookies of pages that are not trusted do not count.
   * @param {string} path @param {string[]} headers names and values
   */
  opening(path, headers) {
    return openingOf(path, headers, this.#options.origins ?? []);
  }

  /**
   * Tells clients to go elsewhere, a few at a time so that they do not all arrive at once, and closes
   * the connections that are left after `grace` ms. Resolves when none is left.
   * @param {number} grace ms
   */
  async drain(grace) {
    this.#ends = Date.now() + grace;
    const waiting = [...this.sessions];
    const steps = Math.max(1, Math.ceil(grace / 2 / STEP));
    const each = Math.ceil(waiting.length / steps);
    while (this.sessions.size > 0 && Date.now() < this.#ends) {
      for (const session of waiting.splice(0, each)) {
        session.say("drain", Math.max(0, this.#ends - Date.now()));
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(STEP, this.#ends - Date.now())));
    }
    for (const session of this.sessions) session.end(1012, "the gateway ends");
  }

  async close() {
    if (!this.draining) await this.drain(0);
    await this.registry?.close();
    clearInterval(this.#timer);
    this.#unfollow();
    await this.presence.close();
  }

  #tick() {
    const now = Date.now();
    for (const session of this.sessions) session.tick(now);
    this.hub.check(now);
    void this.presence.tick(this.sessions, this.hub.names(), now);
  }
}
