import { freshEpoch } from "./engine.node.js";
import {
  following,
  NOTHING,
  PRESENCE_KEEP,
  PUBLISHER_LAST,
  PUBLISHER_TTL,
  presenceOf,
  StreamEvent,
  written,
} from "./streams.node.js";

/** @typedef {import("./streams.node.js").Streams} Streams */
/** @typedef {import("./streams.node.js").StreamListener} StreamListener */
/** @typedef {import("./streams.node.js").Position} Position */

const SWEEP = 10_000; // appends after which streams whose time is over are forgotten

/** @typedef {{ epoch: number, next: number, events: StreamEvent[], until: number }} Stream */
/** @typedef {{ state: string, owner: string, until: number }} Member */

/**
 * Streams in the memory of one process.
 * @implements {Streams}
 */
export class MemoryStreams {
  /** @type {Map<string, Stream>} */
  #streams = new Map();
  /** By the time that they are remembered; then by channel and publisher, used longest ago first. @type {Map<number, Map<string, { told: Map<number, Position>, until: number }>>} */
  #publishers = new Map();
  /** @type {Map<string, Map<string, Member>>} */
  #members = new Map();
  /** @type {Set<StreamListener>} */
  #listeners = new Set();
  #epoch = 0;
  #appends = 0;
  #now;

  /** @param {() => number} [now] ms since 1970 */
  constructor(now = Date.now) {
    this.#now = now;
  }

  /** @type {Streams["append"]} */
  async append(channel, events, options) {
    const { keep, ttl = Number.POSITIVE_INFINITY, publisher, seq } = options;
    const { remember = PUBLISHER_TTL } = options;
    const publishers = this.#publishers.get(remember) ?? new Map();
    this.#publishers.set(remember, publishers);
    const name = `${channel}\n${publisher}`;
    const now = this.#now();
    const last = publishers.get(name);
    const told = last && last.until > now ? last.told : new Map();
    const known = seq !== undefined && toldOf(told, seq);
    if (known) return { at: known, duplicate: true };
    const at = this.#append(channel, events, keep, ttl);
    if (publisher !== undefined && seq !== undefined) {
      told.set(seq, at);
      if (told.size > PUBLISHER_LAST) told.delete(Math.min(...told.keys()));
      publishers.delete(name);
      publishers.set(name, { told, until: now + remember });
      for (const [oldest, { until }] of publishers) {
        if (until > now) break;
        publishers.delete(oldest);
      }
    }
    return { at, duplicate: false };
  }

  /** @type {Streams["after"]} */
  async after(channel, seen, limit) {
    const stream = this.#live(channel);
    return following(
      {
        head: () => headOf(stream),
        read: ({ epoch, offset }, count) => {
          if (!stream || stream.epoch < epoch) return [];
          return from(stream, stream.epoch > epoch ? 0 : offset, count);
        },
      },
      seen,
      limit,
    );
  }

  /** @type {Streams["range"]} */
  async range(channel, { epoch, offset }, count) {
    const stream = this.#live(channel);
    if (stream?.epoch !== epoch) return [];
    return from(stream, offset, count).filter((event) => event.offset < offset + count);
  }

  /** @type {Streams["tail"]} */
  async tail(channel, count) {
    return this.#live(channel)?.events.slice(-count) ?? [];
  }

  /** @type {Streams["head"]} */
  async head(channel) {
    return headOf(this.#live(channel));
  }

  /** @type {Streams["follow"]} */
  async follow(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @type {Streams["enter"]} */
  async enter(channel, member, state, { owner, lease }) {
    const members = this.#members.get(channel) ?? new Map();
    this.#members.set(channel, members);
    const known = members.get(member);
    const json = JSON.stringify(state ?? null);
    members.set(member, { state: json, owner, until: this.#now() + lease });
    const name = presenceOf(channel);
    if (known?.state === json) return headOf(this.#live(name));
    const type = known ? "update" : "enter";
    return this.#append(name, [{ type, data: state, key: member }], PRESENCE_KEEP);
  }

  /** @type {Streams["leave"]} */
  async leave(channel, member, owner) {
    if (this.#members.get(channel)?.get(member)?.owner !== owner) return false;
    this.#left(channel, member);
    return true;
  }

  /** @type {Streams["renew"]} */
  async renew(channel, members, { owner, lease }) {
    this.#sweep(channel);
    const until = this.#now() + lease;
    return members.filter((id) => {
      const member = this.#members.get(channel)?.get(id);
      if (member?.owner === owner) member.until = until;
      return !member;
    });
  }

  /** @type {Streams["members"]} */
  async members(channel) {
    this.#sweep(channel);
    const members = [...(this.#members.get(channel) ?? [])].map(([id, { state }]) => {
      return /** @type {[string, unknown]} */ ([id, JSON.parse(state)]);
    });
    return { members, at: headOf(this.#live(presenceOf(channel))) };
  }

  async close() {
    this.#listeners.clear();
  }

  /** @param {string} channel @returns {Stream | undefined} */
  #live(channel) {
    const stream = this.#streams.get(channel);
    if (!stream || stream.until > this.#now()) return stream;
    this.#streams.delete(channel);
    return undefined;
  }

  /**
   * @param {string} channel @param {import("./streams.node.js").NewEvent[]} events
   * @param {number} keep @param {number} [ttl]
   */
  #append(channel, events, keep, ttl = Number.POSITIVE_INFINITY) {
    const texts = events.map((event) => written({ time: this.#now(), ...event }));
    let stream = this.#live(channel);
    if (!stream) {
      this.#epoch = Math.max(freshEpoch(), this.#epoch + 1);
      stream = { epoch: this.#epoch, next: 0, events: [], until: 0 };
      this.#streams.set(channel, stream);
    }
    const it = stream;
    const added = texts.map(
      // The bytes are the caller's; it may use them again.
      ({ text, bytes }) => new StreamEvent(text, bytes?.slice(), it.epoch, it.next++),
    );
    it.events.push(...added);
    if (it.events.length > keep * 1.25) it.events.splice(0, it.events.length - keep);
    it.until = this.#now() + ttl;
    if (++this.#appends % SWEEP === 0) for (const name of this.#streams.keys()) this.#live(name);
    for (const listener of this.#listeners) listener(channel, added);
    return headOf(it);
  }

  /** Those whose lease has ended leave. @param {string} channel */
  #sweep(channel) {
    const now = this.#now();
    for (const [id, { until }] of this.#members.get(channel) ?? []) {
      if (until <= now) this.#left(channel, id);
    }
  }

  /** @param {string} channel @param {string} member */
  #left(channel, member) {
    const members = this.#members.get(channel);
    members?.delete(member);
    if (members?.size === 0) this.#members.delete(channel);
    this.#append(presenceOf(channel), [{ type: "leave", key: member }], PRESENCE_KEEP);
  }
}

/** @param {Stream} [stream] */
const headOf = (stream) => (stream ? { epoch: stream.epoch, offset: stream.next - 1 } : NOTHING);

/** @param {Stream} stream @param {number} offset @param {number} count */
function from({ events }, offset, count) {
  if (events.length === 0) return [];
  const begin = Math.max(0, offset - events[0].offset);
  return events.slice(begin, begin + count);
}

/**
 * What a publisher was told of a number, if it was applied.
 * @param {Map<number, Position>} told @param {number} seq
 */
function toldOf(told, seq) {
  const old = told.size === PUBLISHER_LAST && seq < Math.min(...told.keys());
  return told.get(old ? Math.max(...told.keys()) : seq);
}
