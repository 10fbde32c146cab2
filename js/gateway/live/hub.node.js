import { Channel } from "./channel.node.js";

/** @typedef {import("../streams.node.js").StreamEvent} StreamEvent */
/** @typedef {import("../../sync/position.js").Position} Position */

/**
 * Where the events of channels come from.
 * @typedef {object} Source
 * @property {(name: string) => Promise<Position>} head
 * @property {(name: string, seen: Position, limit: number) => Promise<import("../streams.node.js").Read>} [after]
 *   without it, only the newest event counts, and gaps do not matter
 * @property {(name: string) => void} [opened] someone subscribes to it now
 * @property {(name: string) => void} [closed] the last one has left
 */

const CHECK = 2000; // ms after which the head of a quiet channel is asked for
const SLOWEST = 50; // ms between two batches at most

/**
 * All channels that clients of this gateway are subscribed to. One push serves all of them: events go
 * to groups, those with the same channel and filter, as one encoded frame.
 *
 * Events that come while a batch is sent wait for the next one, and the pause between two batches is
 * as long as the last one took. An idle gateway sends at once, a busy one sends larger batches.
 */
export class Hub {
  /** @type {Map<string, Channel>} */
  #channels = new Map();
  /** @type {Set<Channel>} */
  #dirty = new Set();
  #took = 0;
  stats = { in: 0, out: 0 };

  /** @param {string} name @param {Source} source @param {{ latest: boolean, delta: boolean }} how */
  open(name, source, how) {
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = new Channel(name, source, how, this);
      this.#channels.set(name, channel);
      source.opened?.(name);
    }
    return channel;
  }

  /** @param {string} name */
  get(name) {
    return this.#channels.get(name);
  }

  get size() {
    return this.#channels.size;
  }

  names() {
    return this.#channels.keys();
  }

  /** Of a channel without subscribers. @param {Channel} channel */
  close(channel) {
    if (this.#channels.get(channel.name) !== channel) return;
    this.#channels.delete(channel.name);
    this.#dirty.delete(channel);
    channel.source.closed?.(channel.name);
  }

  /** Events were appended. @type {import("../streams.node.js").StreamListener} */
  heard(name, events) {
    this.#channels.get(name)?.heard(events);
  }

  /** Pushes may have been lost. */
  missed() {
    for (const channel of this.#channels.values()) void channel.check();
  }

  /** Asks for the heads of channels that were quiet. @param {number} now */
  check(now) {
    for (const channel of this.#channels.values()) {
      if (now - channel.checked >= CHECK) void channel.check();
    }
  }

  /** The channel has something to send. @param {Channel} channel */
  later(channel) {
    if (this.#dirty.size === 0) {
      if (this.#took < 1) setImmediate(() => this.#flush());
      else setTimeout(() => this.#flush(), Math.min(this.#took, SLOWEST));
    }
    this.#dirty.add(channel);
  }

  #flush() {
    const begin = performance.now();
    const all = [...this.#dirty];
    this.#dirty.clear();
    for (const channel of all) channel.flush();
    this.#took = performance.now() - begin;
  }
}
