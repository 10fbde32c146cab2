// A gateway as the protocol describes it, in memory: the truth about channels, and its clients.
import { decode, encode } from "./sim.js";

/** @typedef {[offset: number, time: number, type: string, data: any, key: string | 0]} Row */
/** @typedef {{ epoch: number, first: number, rows: Row[], before: Map<number, number> }} Log */

/** Bytes of a frame that it takes. */
const MOST = 100_000;

/** One channel: its events, of which the oldest are trimmed. */
class ModelChannel {
  epoch = 0; // until its first event
  /** @type {Row[]} those that are kept */
  rows = [];
  head = -1;
  /** The first offset that is kept, by epoch; Infinity when the epoch has ended. @type {Map<number, number>} */
  kept = new Map([[1, 0]]);
  /** All that ever happened: data, by epoch and offset. @type {Map<string, any>} */
  all = new Map();

  get first() {
    return this.kept.get(this.epoch) ?? 0;
  }
}

export class ModelGateway {
  #world;
  /** @type {Map<string, ModelChannel>} */
  channels = new Map();
  /** Answers to publications, by publisher and channel. @type {Map<string, [number, { epoch: number, offset: number }]>} */
  #published = new Map();
  /** How often each publication was applied. @type {Map<string, number>} */
  applied = new Map();
  /** @type {Set<ModelSession>} */
  sessions = new Set();
  /** Ms until a token ends; undefined: never. @type {number | undefined} */
  tokens;
  /** Asked for what was lost. */
  losses = 0;
  restarts = 0;

  /** @param {import("./sim.js").SimWorld} world */
  constructor(world) {
    this.#world = world;
  }

  get world() {
    return this.#world;
  }

  /** @param {string} name */
  channel(name) {
    const known = this.channels.get(name) ?? new ModelChannel();
    this.channels.set(name, known);
    return known;
  }

  /** @param {import("./sim.js").Connection} connection */
  accept = (connection) => {
    const session = new ModelSession(this, connection);
    this.sessions.add(session);
    connection.closed = () => this.sessions.delete(session);
  };

  /** @param {string} name @param {string} type @param {any} data @param {string} [key] */
  append(name, type, data, key) {
    const channel = this.channel(name);
    channel.epoch ||= 1;
    channel.head += 1;
    channel.rows.push([channel.head, this.#world.now(), type, data, key ?? 0]);
    channel.all.set(`${channel.epoch}:${channel.head}`, data);
    for (const session of this.sessions) session.later(name);
    return { epoch: channel.epoch, offset: channel.head };
  }

  /** Keeps only the newest events. @param {string} name @param {number} keep */
  trim(name, keep) {
    const channel = this.channel(name);
    channel.rows = channel.rows.slice(Math.max(0, channel.rows.length - keep));
    channel.kept.set(channel.epoch, channel.rows[0]?.[0] ?? channel.head + 1);
  }

  /** The history of a channel is lost. @param {string} name */
  lose(name) {
    const channel = this.channel(name);
    if (channel.epoch === 0) return;
    channel.kept.set(channel.epoch, Number.POSITIVE_INFINITY);
    channel.epoch += 1;
    channel.kept.set(channel.epoch, 0);
    channel.head = -1;
    channel.rows = [];
    for (const session of this.sessions) session.restart(name);
  }

  /** @param {any} args @returns {{ epoch: number, offset: number }} */
  publish({ channel, type, data, key, publisher, seq }) {
    const id = `${publisher}\n${channel}`;
    const [last, answer] = this.#published.get(id) ?? [0, undefined];
    if (answer && seq <= last) return answer;
    const at = this.append(channel, type, data, key);
    const text = `${id}\n${seq}`;
    this.applied.set(text, (this.applied.get(text) ?? 0) + 1);
    this.#published.set(id, [seq, at]);
    return at;
  }

  /** @param {any} args */
  after({ channel: name, where, epoch, offset, limit }) {
    const channel = this.channel(name);
    const same = epoch === 0 || epoch === channel.epoch;
    const start = same ? offset : -1;
    const lost = !same ? "replaced" : start + 1 < channel.first ? "trimmed" : false;
    if (lost) this.losses += 1;
    const rest = channel.rows.filter(([at]) => at > start).slice(0, limit);
    const last = rest.at(-1)?.[0] ?? Math.max(start, channel.head);
    const events = rest.filter((row) => matches(row, where));
    const { head } = channel;
    return { epoch: channel.epoch, events, last, more: last < head, lost, head };
  }
}

/** @param {Row} row @param {any} where */
const matches = ([, , , data], where) =>
  !where || Object.entries(where).every(([name, value]) => data?.[name] === value);

/** A client as the gateway sees it. */
class ModelSession {
  #gateway;
  #connection;
  #in = false;
  /** @type {Map<string, { channel: string, where: any, epoch: number, sent: number, due: boolean }>} */
  #subs = new Map();

  /** @param {ModelGateway} gateway @param {import("./sim.js").Connection} connection */
  constructor(gateway, connection) {
    this.#gateway = gateway;
    this.#connection = connection;
    connection.received = (frame) => {
      if (Buffer.byteLength(frame) > MOST) return this.end(1009);
      for (const message of decode(frame)) this.#received(message);
    };
  }

  silence() {
    this.#connection.silence();
  }

  /** @param {string} frame */
  raw(frame) {
    this.#connection.send(frame);
  }

  /** @param {...any} message */
  say(...message) {
    this.#connection.send(encode([/** @type {any} */ (message)]));
  }

  /** @param {number} code */
  end(code) {
    this.#connection.close(code);
  }

  /** A channel has news: they go out together with those of the next moments. @param {string} name */
  later(name) {
    for (const [id, sub] of this.#subs) {
      if (sub.channel !== name || sub.due) continue;
      sub.due = true;
      this.#gateway.world.later(() => this.#push(id), this.#gateway.world.below(30));
    }
  }

  /** The channel's history was lost. @param {string} name */
  restart(name) {
    for (const sub of this.#subs.values()) {
      if (sub.channel === name) Object.assign(sub, { epoch: sub.epoch + 1, sent: -1 });
    }
  }

  /** @param {string} id */
  #push(id) {
    const sub = this.#subs.get(id);
    if (!sub) return;
    sub.due = false;
    const channel = this.#gateway.channel(sub.channel);
    if (sub.sent >= channel.head) return;
    const prev = Math.max(sub.sent, channel.first - 1);
    const events = channel.rows.filter((row) => row[0] > prev && matches(row, sub.where));
    sub.sent = channel.head;
    this.say("ev", id, channel.epoch, prev, channel.head, events);
  }

  /** @param {import("../../../js/sync/live/frames.js").Message} message */
  #received([kind, ...parts]) {
    const [first, second, third] = /** @type {any[]} */ (parts);
    const { world, tokens } = this.#gateway;
    if (kind === "hello" || kind === "auth") {
      const token = kind === "hello" ? second : first;
      if (token === "bad") return this.end(4401);
      if (tokens !== undefined) {
        world.later(() => this.say("expiring", 5000), tokens - 5000);
        const [until] = [world.now() + tokens];
        this.#until = until;
        world.later(() => until === this.#until && this.end(4401), tokens);
      }
      if (kind === "auth") return;
      this.#in = true;
      const welcome = {
        session: "s",
        gateway: "g",
        heartbeat: 4000,
        now: world.now(),
        message: MOST,
      };
      return this.say("welcome", welcome);
    }
    if (!this.#in) return this.end(4400);
    if (kind === "ping") this.say("pong");
    if (kind === "unsub") this.#subs.delete(first);
    if (kind === "sub") {
      if (this.#subs.has(first)) return this.say("no-sub", first, "SUBSCRIBED", "twice");
      const { epoch, head } = this.#gateway.channel(second);
      const sub = { channel: second, where: third, epoch, sent: head, due: false };
      this.#subs.set(first, sub);
      this.say("sub", first, { epoch, head });
    }
    if (kind === "ask") this.#ask(first, second, third);
  }
  #until = 0;

  /** @param {number} id @param {string} kind @param {any} args */
  #ask(id, kind, args) {
    const gateway = this.#gateway;
    if (kind === "after") this.say("ok", id, gateway.after(args));
    else if (kind === "publish") this.say("ok", id, gateway.publish(args));
    else if (kind === "tail") {
      const { epoch, rows } = gateway.channel(args.channel);
      this.say("ok", id, { epoch, events: rows.slice(-args.limit) });
    } else this.say("no", id, "FORBIDDEN", `not allowed: ${kind}`);
  }
}
