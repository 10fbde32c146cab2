// Streams: what an engine keeps of each channel of live data. Two engines have them: memory, and
// Valkey or Redis. tests/gateway/live/conformance.js holds both to this contract.

/** @typedef {import("../sync/position.js").Position} Position */

/**
 * An event to append.
 * @typedef {object} NewEvent
 * @property {string} type
 * @property {unknown} [data] JSON, or a `Uint8Array`
 * @property {string} [key] what the event is about
 * @property {number} [time] ms since 1970; default: now
 */

/**
 * @typedef {object} Appending
 * @property {number} keep about how many events the stream keeps
 * @property {number} [ttl] ms after the last event until the stream ends; default: never
 * @property {string} [publisher] with `seq`: a number of the publisher that was applied in this channel
 *   appends nothing; those below its largest 64 count as applied
 * @property {number} [seq]
 * @property {number} [remember] ms after which the publisher's last number is forgotten; default: 10
 *   minutes
 */

/**
 * @typedef {object} Read
 * @property {number} epoch of the events; 0 for a stream that does not exist
 * @property {StreamEvent[]} events oldest first
 * @property {number} last offset up to which events are covered; -1 for none
 * @property {boolean} more whether there are events after `last`, or a later epoch
 * @property {false | "trimmed" | "replaced"} lost why events after the position are missing: the
 *   stream does not reach back so far, or another history has taken their place. Then the events
 *   are the oldest that the current epoch still has.
 * @property {Position} head the last event; offset -1 for none
 */

/** @typedef {(channel: string, events: StreamEvent[]) => void} StreamListener must not throw */

/**
 * Presence members have leases: whoever is not renewed in time leaves. All changes are events of the
 * stream `#presence:<channel>`, made together with them: `enter` and `update` with the state, and
 * `leave`; their key is the member.
 *
 * A stream is the history of one channel. Offsets count from 0 within an epoch, without holes. A new
 * epoch begins when history was lost.
 * @typedef {object} Streams
 * @property {(channel: string, events: NewEvent[], options: Appending) => Promise<{ at: Position, duplicate: boolean }>} append
 *   all or none; the position is that of the last one. For a number that comes again it is the same as
 *   before, or, when it is not one of the publisher's largest 64, that of the largest.
 * @property {(channel: string, seen: Position, limit: number) => Promise<Read>} after what came after a position
 * @property {(channel: string, from: Position, count: number) => Promise<StreamEvent[]>} range those
 *   of one epoch from an offset on, as far as the stream holds them
 * @property {(channel: string, count: number) => Promise<StreamEvent[]>} tail the last ones of the epoch
 * @property {(channel: string) => Promise<Position>} head of the last event; epoch 0, offset -1 for none
 * @property {(listener: StreamListener, missed: () => void) => Promise<() => void>} follow tells of events
 *   soon after they were appended, as a rule: the streams are the truth, and a push may be lost.
 *   `missed` is called when some may have been. Resolves to the function that ends it.
 * @property {(channel: string, member: string, state: unknown, options: { owner: string, lease: number }) => Promise<Position>} enter
 *   also changes the state, or renews; `owner` is the gateway that the member is connected to. The
 *   position is that of the presence stream.
 * @property {(channel: string, member: string, owner: string) => Promise<boolean>} leave false when
 *   another owner has the member, or none
 * @property {(channel: string, members: string[], options: { owner: string, lease: number }) => Promise<string[]>} renew
 *   answers those who are not members any more
 * @property {(channel: string) => Promise<{ members: [id: string, state: unknown][], at: Position }>} members
 *   as of a position of the presence stream; those whose lease has ended leave first
 * @property {() => Promise<void>} close
 */

/** The position in a stream that does not exist. @type {Position} */
export const NOTHING = Object.freeze({ epoch: 0, offset: -1 });

/** Events that the stream of a channel's presence keeps. */
export const PRESENCE_KEEP = 1000;
/** Positions of a publisher's largest numbers that are kept. */
export const PUBLISHER_LAST = 64;
/** ms until a publisher's last number is forgotten. */
export const PUBLISHER_TTL = 600_000;

/** @param {string} channel */
export const presenceOf = (channel) => `#presence:${channel}`;

/**
 * An event of a stream. It holds its wire form, from which the rest is read when it is asked for:
 * most events are passed on unread.
 */
export class StreamEvent {
  /** @type {any[] | undefined} */
  #parts;

  /**
   * @param {string} text JSON of `time, type, data, key | 0`, and the number of bytes if there are any
   * @param {Uint8Array | undefined} bytes data that is binary
   * @param {number} epoch @param {number} offset
   */
  constructor(text, bytes, epoch, offset) {
    this.text = text;
    this.bytes = bytes;
    this.epoch = epoch;
    this.offset = offset;
  }

  /** @type {Position} */
  get at() {
    return { epoch: this.epoch, offset: this.offset };
  }

  /** @type {number} */
  get time() {
    return this.#read()[0];
  }

  /** @type {string} */
  get type() {
    return this.#read()[1];
  }

  /** @type {unknown} */
  get data() {
    return this.bytes ?? this.#read()[2];
  }

  /** @type {string | undefined} */
  get key() {
    return this.#read()[3] || undefined;
  }

  /** As clients get it: `[offset, time, type, data, key | 0]`. @returns {unknown[]} */
  get wire() {
    const [time, type, data, key] = this.#read();
    return [this.offset, time, type, this.bytes ?? data, key];
  }

  #read() {
    this.#parts ??= /** @type {any[]} */ (JSON.parse(`[${this.text}]`));
    return this.#parts;
  }
}

/**
 * The wire form of a new event, without its offset.
 * @param {NewEvent} event
 * @returns {{ text: string, bytes: Uint8Array | undefined }}
 * @throws {TypeError} for data that JSON cannot hold
 */
export function written({ type, data = null, key, time = Date.now() }) {
  const name = JSON.stringify(type);
  const subject = key ? JSON.stringify(key) : "0";
  if (data instanceof Uint8Array) {
    return { text: `${time},${name},0,${subject},${data.byteLength}`, bytes: data };
  }
  const json = JSON.stringify(data);
  if (json === undefined) throw new TypeError("data must be JSON or a Uint8Array");
  return { text: `${time},${name},${json},${subject}`, bytes: undefined };
}

/**
 * What came after a position in a stream. Both engines read by it.
 * @param {{ head: () => Position | Promise<Position>, read: (from: Position, count: number) => StreamEvent[] | Promise<StreamEvent[]> }} stream
 *   `read`: from a position on, through all epochs
 * @param {Position} seen @param {number} limit
 * @returns {Promise<Read>}
 */
export async function following({ head: headOf, read }, seen, limit) {
  const head = await headOf();
  const { epoch, offset } = seen;
  const begin = epoch === 0;
  // Whoever has seen more than there is has seen a history that is gone.
  if (head.epoch < epoch || (head.epoch === epoch && head.offset <= offset)) {
    const lost = head.epoch === epoch && head.offset === offset ? false : "replaced";
    return { epoch: head.epoch, events: [], last: head.offset, more: false, lost, head };
  }
  const from = begin ? NOTHING : { epoch, offset: Math.max(offset, 0) };
  const found = await read(from, limit + 1);
  const [first] = found;
  const reaches = first?.offset === Math.max(offset, 0) && (begin || first.epoch === epoch);
  const its = reaches ? first.epoch : epoch;
  const events = found
    .filter((event) => event.epoch === its && event.offset > offset)
    .slice(0, limit);
  if (reaches && events.length > 0) return page(events, head, false);
  const held = await read({ epoch: head.epoch, offset: 0 }, limit);
  const lost = begin || head.epoch === epoch ? "trimmed" : "replaced";
  return page(
    held.filter((event) => event.epoch === head.epoch),
    head,
    lost,
  );
}

/** @param {StreamEvent[]} events @param {Position} head @param {Read["lost"]} lost @returns {Read} */
function page(events, head, lost) {
  const { epoch, offset } = events.at(-1) ?? head;
  const more = epoch < head.epoch || (epoch === head.epoch && offset < head.offset);
  return { epoch, events, last: offset, more, lost, head: more ? head : { epoch, offset } };
}
