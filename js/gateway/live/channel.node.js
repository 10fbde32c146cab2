import { Deltas } from "./delta.node.js";
import { eventsFrame } from "./frame.node.js";

/** @typedef {import("../streams.node.js").StreamEvent} StreamEvent */
/** @typedef {import("./session.node.js").Session} Session */
/** @typedef {import("./filter.node.js").Filter} Filter */

const PIECE = 1000; // events read at once
const SKIPPED = 1000; // events after which a group whose filter matched nothing hears where it is

/**
 * Subscribers with the same filter, who all read deltas or all do not.
 * @typedef {object} Group
 * @property {string} sub JSON of the subscription's id
 * @property {Filter | undefined} filter
 * @property {Set<Session>} sessions
 * @property {Deltas | undefined} deltas
 * @property {number} epoch @property {number} last until where it was told of everything
 */

/**
 * A channel that has subscribers here. It stands at a position of its stream. A push that is next
 * moves it on; after any other one it reads the stream.
 */
export class Channel {
  /** See `#groupOf`. @type {Map<string, Group>} */
  #groups = new Map();
  #epoch = 0;
  #last = -1;
  /** Events to be sent, without a gap between them. @type {StreamEvent[]} */
  #batch = [];
  /** @type {Promise<void> | undefined} */
  #opening;
  #open = false;
  #reading = false;
  /** Pushed while it was reading. */
  #again = false;
  checked = 0;

  /**
   * @param {string} name @param {import("./hub.node.js").Source} source
   * @param {{ latest: boolean, delta: boolean }} how it is sent
   * @param {import("./hub.node.js").Hub} hub
   */
  constructor(name, source, { latest, delta }, hub) {
    this.name = name;
    this.source = source;
    this.latest = latest;
    this.delta = delta;
    this.hub = hub;
  }

  /**
   * @param {Session} session @param {string} sub @param {Filter | undefined} filter
   * @returns {Promise<import("../../sync/position.js").Position>} events after it will be sent
   */
  async join(session, sub, filter) {
    const id = this.#groupOf(session, sub);
    let group = this.#groups.get(id);
    if (!group) {
      const place = { epoch: this.#epoch, last: this.#last };
      const deltas = this.delta && session.deltas ? new Deltas() : undefined;
      group = { sub: JSON.stringify(sub), filter, sessions: new Set(), deltas, ...place };
      this.#groups.set(id, group);
    }
    group.sessions.add(session);
    group.deltas?.clear();
    if (!this.#open) {
      this.#opening ??= this.#begin();
      await this.#opening;
    }
    return { epoch: this.#epoch, offset: this.#last };
  }

  /** @param {Session} session @param {string} sub */
  leave(session, sub) {
    const id = this.#groupOf(session, sub);
    const group = this.#groups.get(id);
    group?.sessions.delete(session);
    if (group?.sessions.size === 0) this.#groups.delete(id);
    if (this.#groups.size === 0) this.hub.close(this);
  }

  /** @param {StreamEvent[]} events pushed: of one epoch, in order, without holes */
  heard(events) {
    this.hub.stats.in += events.length;
    if (!this.#open || this.#reading) {
      this.#again = true;
      return;
    }
    const { epoch, offset } = events[0];
    const next = offset === this.#last + 1 && (epoch === this.#epoch || this.#epoch === 0);
    if (next || !this.source.after) this.#take(events);
    else if (epoch !== this.#epoch || events[events.length - 1].offset > this.#last) {
      void this.#read();
    }
  }

  /** Whether its stream has moved on unnoticed. */
  async check() {
    this.checked = Date.now();
    if (!this.#open || !this.source.after) return;
    const { epoch, offset } = await this.source.head(this.name).catch(() => this.#place);
    if (epoch !== this.#epoch || offset !== this.#last) await this.#read();
  }

  /** Sends what waits. */
  flush() {
    const events = this.#batch;
    this.#batch = [];
    for (const group of this.#groups.values()) this.#send(group, events);
  }

  /** The key of a group: no subscription's id ends with a new line. @param {Session} session @param {string} sub */
  #groupOf(session, sub) {
    return this.delta && session.deltas ? `${sub}\n` : sub;
  }

  get #place() {
    return { epoch: this.#epoch, offset: this.#last };
  }

  async #begin() {
    try {
      const { epoch, offset } = await this.source.head(this.name);
      this.#move(epoch, offset);
      for (const group of this.#groups.values()) Object.assign(group, { epoch, last: offset });
      this.#open = true;
      this.checked = Date.now();
    } finally {
      this.#opening = undefined;
    }
    if (this.#again) await this.#read();
  }

  /** @param {StreamEvent[]} events */
  #take(events) {
    const { epoch, offset } = events[events.length - 1];
    this.#batch.push(...events);
    this.#epoch = epoch;
    this.#last = offset;
    this.checked = Date.now();
    this.hub.later(this);
  }

  /** Reads the stream to its end. A question that fails is asked again by `check`. */
  async #read() {
    if (this.#reading || !this.source.after) return;
    this.#reading = true;
    try {
      for (let more = true; more; ) {
        this.#again = false;
        const read = await this.source.after(this.name, this.#place, PIECE);
        const [first] = read.events;
        // Subscribers notice by the next event: there is a gap before it.
        if (read.lost && first) this.#move(first.epoch, first.offset - 1);
        else if (read.lost) this.#move(read.epoch, read.last);
        if (first) this.#take(read.events);
        if (first && (read.more || read.lost)) this.flush();
        more = Boolean(first) && (read.more || this.#again);
      }
    } catch {
      // Until the next push or check.
    } finally {
      this.#reading = false;
    }
  }

  /**
   * After a loss: what waits is sent, and a gap follows, by which clients notice.
   * @param {number} epoch @param {number} last
   */
  #move(epoch, last) {
    if (this.#batch.length > 0) this.flush();
    this.#epoch = epoch;
    this.#last = last;
    for (const group of this.#groups.values()) Object.assign(group, { epoch, last });
  }

  /** @param {Group} group @param {StreamEvent[]} events */
  #send(group, events) {
    const { filter, sessions, sub, epoch, last } = group;
    let fresh = epoch === this.#epoch ? events.filter(({ offset }) => offset > last) : events;
    if (!this.source.after) fresh = events.slice(-1);
    if (fresh.length === 0) return;
    const end = fresh[fresh.length - 1];
    let matching = filter ? fresh.filter(filter.matches) : fresh;
    if (this.latest) matching = newest(matching);
    if (matching.length === 0 && end.offset - last < SKIPPED) return;
    const prev = this.source.after ? last : null;
    const rows = group.deltas?.packed(end.epoch, matching) ?? matching;
    const frame = eventsFrame(sub, end.epoch, prev, end.offset, rows);
    group.epoch = end.epoch;
    group.last = end.offset;
    this.hub.stats.out += matching.length * sessions.size;
    for (const session of sessions) session.send(frame);
  }
}

/** Of each key the newest event. @param {StreamEvent[]} events */
export function newest(events) {
  if (events.length < 2) return events;
  const seen = new Set();
  const kept = [];
  for (let i = events.length - 1; i >= 0; i--) {
    const { key } = events[i];
    if (key !== undefined && seen.has(key)) continue;
    seen.add(key);
    kept.push(events[i]);
  }
  return kept.reverse();
}
