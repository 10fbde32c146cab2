import { BUCKETS, bucketOf } from "../sync/bucket.js";
import {
  following,
  NOTHING,
  PRESENCE_KEEP,
  PUBLISHER_TTL,
  presenceOf,
  StreamEvent,
  written,
} from "./streams.node.js";
import { positionOf } from "./valkey-wire.node.js";

/** @typedef {import("./streams.node.js").Streams} Streams */

const EPOCHS = 10_000; // remembered; of a forgotten one the server asks itself

/**
 * Streams in Valkey or Redis. With the prefix `apus`, of a channel in bucket 17:
 *
 *     apus:{b17}:c:<channel>               stream
 *     apus:{b17}:p:<channel>\n<publisher>  the publisher's last numbers
 *     apus:{b17}:m:<channel>, …:z:<channel>  members, and the ends of their leases (its stream's bucket)
 *     apus:{b17}:era                       the server that writes, see stream-scripts.node.js
 *     apus:{b17}:live                      Pub/Sub: every append of the bucket
 * @implements {Streams}
 */
export class ValkeyStreams {
  #client;
  #prefix;
  #change;
  #another;
  /** @type {any} */
  #subscriber;
  /** The epoch seen last, by channel. @type {Map<string, number>} */
  #epochs = new Map();

  /**
   * @param {any} client with the scripts
   * @param {object} options
   * @param {string} options.prefix
   * @param {(script: string, args: unknown[]) => Promise<any>} options.change runs a script that writes
   * @param {() => any} options.another connects once more
   */
  constructor(client, { prefix, change, another }) {
    this.#client = client;
    this.#prefix = prefix;
    this.#change = change;
    this.#another = another;
  }

  /** @type {Streams["append"]} */
  async append(channel, events, options) {
    const { keep, ttl = "", publisher = "", seq = "", remember = PUBLISHER_TTL } = options;
    const texts = events.map((event) => packed(written(event)));
    const keys = [
      this.#key(channel, "c"),
      this.#bucket(channel, "era"),
      this.#key(channel, "p", `\n${publisher}`),
    ];
    const epoch = this.#epochs.get(channel) ?? "";
    const push = this.#bucket(channel, "live");
    const args = [epoch, keep, ttl, push, channel, seq, remember, ...texts];
    const [id, known] = await this.#change("apusStreamAppend", [...keys, ...args]);
    const at = positionOf(String(id));
    if (!known) this.#remember(channel, at.epoch);
    return { at, duplicate: known === 1 };
  }

  /** @type {Streams["after"]} */
  after(channel, seen, limit) {
    const head = () => this.head(channel);
    return following(
      { head, read: (from, count) => this.#read(channel, from, count) },
      seen,
      limit,
    );
  }

  /** @type {Streams["range"]} */
  async range(channel, { epoch, offset }, count) {
    const ends = [`${epoch}-${offset}`, `${epoch}-${offset + count - 1}`];
    return (await this.#client.xrangeBuffer(this.#key(channel, "c"), ...ends)).map(eventOf);
  }

  /** @type {Streams["tail"]} */
  async tail(channel, count) {
    const key = this.#key(channel, "c");
    const entries = await this.#client.xrevrangeBuffer(key, "+", "-", "COUNT", count);
    /** @type {StreamEvent[]} */
    const events = entries.map(eventOf).reverse();
    return events.filter(({ epoch }) => epoch === events.at(-1)?.epoch);
  }

  /** @type {Streams["head"]} */
  async head(channel) {
    const key = this.#key(channel, "c");
    const [last] = await this.#client.xrevrangeBuffer(key, "+", "-", "COUNT", 1);
    return last ? positionOf(String(last[0])) : NOTHING;
  }

  /** @type {Streams["follow"]} */
  async follow(listener, missed) {
    this.#subscriber ??= this.#another();
    const subscriber = this.#subscriber;
    /** @param {Buffer} _ @param {Buffer} message */
    const tell = (_, message) => {
      const { channel, events } = pushed(message);
      listener(channel, events);
    };
    subscriber.on("messageBuffer", tell);
    const channels = Array.from({ length: BUCKETS }, (_, b) => `${this.#prefix}:{b${b}}:live`);
    await subscriber.subscribe(...channels);
    const afresh = () => subscriber.status === "ready" && subscriber.disconnect(true);
    // Connected again: what was pushed until it is subscribed again was missed.
    const again = () => subscriber.subscribe(...channels).then(missed, afresh);
    subscriber.on("ready", again);
    return () => {
      subscriber.off("messageBuffer", tell).off("ready", again);
    };
  }

  /** @type {Streams["enter"]} */
  async enter(channel, member, state, { owner, lease }) {
    const args = [member, JSON.stringify(state ?? null), owner, lease];
    const id = await this.#change("apusEnter", [...this.#presence(channel), ...args]);
    return id ? positionOf(id) : NOTHING;
  }

  /** @type {Streams["leave"]} */
  async leave(channel, member, owner) {
    return (await this.#change("apusLeave", [...this.#presence(channel), member, owner])) === 1;
  }

  /** @type {Streams["renew"]} */
  async renew(channel, members, { owner, lease }) {
    return this.#client.apusRenew(...this.#presence(channel), owner, lease, ...members);
  }

  /** @type {Streams["members"]} */
  async members(channel) {
    const [id, flat] = await this.#client.apusMembers(...this.#presence(channel));
    /** @type {[string, unknown][]} */
    const members = [];
    for (let i = 0; i < flat.length; i += 2) {
      members.push([flat[i], JSON.parse(flat[i + 1].slice(flat[i + 1].indexOf("\n") + 1))]);
    }
    return { members, at: id ? positionOf(id) : NOTHING };
  }

  async close() {
    this.#subscriber?.disconnect();
  }

  /** @param {string} channel @param {import("./streams.node.js").Position} from @param {number} count */
  async #read(channel, { epoch, offset }, count) {
    const key = this.#key(channel, "c");
    const begin = offset < 0 ? "-" : `${epoch}-${offset}`;
    const entries = await this.#client.xrangeBuffer(key, begin, "+", "COUNT", count);
    return entries.map(eventOf);
  }

  /** @param {string} channel @param {number} epoch */
  #remember(channel, epoch) {
    if (this.#epochs.get(channel) === epoch) return;
    this.#epochs.delete(channel);
    this.#epochs.set(channel, epoch);
    if (this.#epochs.size > EPOCHS) this.#epochs.delete([...this.#epochs.keys()][0]);
  }

  /** What the scripts of presence begin with. @param {string} channel */
  #presence(channel) {
    const name = presenceOf(channel);
    const base = this.#bucket(name, "");
    return [
      ...[`${base}c:${name}`, `${base}era`, `${base}m:${channel}`, `${base}z:${channel}`],
      ...[PRESENCE_KEEP, `${base}live`, name],
    ];
  }

  /** @param {string} channel @param {string} kind */
  #key(channel, kind, rest = "") {
    return this.#bucket(channel, `${kind}:${channel}${rest}`);
  }

  /** @param {string} channel @param {string} rest */
  #bucket(channel, rest) {
    return `${this.#prefix}:{b${bucketOf(channel)}}:${rest}`;
  }
}

/** An event as one field: its text, and after a NUL its bytes. @param {ReturnType<typeof written>} event */
function packed({ text, bytes }) {
  return bytes ? Buffer.concat([Buffer.from(`${text}\0`), bytes]) : text;
}

/** @param {Buffer} field @param {number} epoch @param {number} offset */
function unpacked(field, epoch, offset) {
  const end = field.indexOf(0);
  const text = end < 0 ? field.toString() : field.toString("utf8", 0, end);
  return new StreamEvent(text, end < 0 ? undefined : field.subarray(end + 1), epoch, offset);
}

/** @param {[Buffer, [Buffer, Buffer]]} entry */
function eventOf([id, [, field]]) {
  const { epoch, offset } = positionOf(id.toString("latin1"));
  return unpacked(field, epoch, offset);
}

/** @param {Buffer} message `id`, `channel`, and each event as `length:event` */
function pushed(message) {
  const first = message.indexOf(10);
  const second = message.indexOf(10, first + 1);
  const { epoch, offset } = positionOf(message.toString("latin1", 0, first));
  /** @type {Buffer[]} */
  const fields = [];
  for (let at = second + 1; at < message.length; ) {
    const colon = message.indexOf(58, at);
    const end = colon + 1 + Number(message.toString("latin1", at, colon));
    fields.push(message.subarray(colon + 1, end));
    at = end;
  }
  const begin = offset - fields.length + 1;
  const events = fields.map((field, i) => unpacked(field, epoch, begin + i));
  return { channel: message.toString("utf8", first + 1, second), events };
}
