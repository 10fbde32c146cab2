/** Latencies that are kept. */
const KEPT = 1000;

/**
 * Takes figures; a `Sampler` is one.
 * @typedef {{ track: (name: string, value: number) => unknown }} Tracker
 */

/**
 * @typedef {object} LiveFigures
 * @property {import("./live.js").Status} status
 * @property {string} [transport] "websocket", "sse" or "poll"; "tab": of another tab; undefined while down
 * @property {boolean} leader whether this tab holds the connection
 * @property {number} tabs that share it
 * @property {number} reconnects
 * @property {number} received events in all
 * @property {number} eventsPerSecond in the last full second
 * @property {{ p50: number, p99: number }} [latency] ms from publishing to delivery, of the last 1,000
 *   events; undefined before the first
 * @property {number} queued publications that are not acknowledged
 */

/** How many events come, and how late. */
export class Meter {
  #world;
  #received = 0;
  #latencies = new Float64Array(KEPT);
  #measured = 0;
  /** The second that is counted, and the count of the one before it. */
  #second = 0;
  #count = 0;
  #before = 0;
  /** The gateway's clock minus this one, ms; not a number before the first connection. */
  #clock = Number.NaN;
  #sampler;

  /** @param {import("./world.js").World} world @param {Tracker} [sampler] */
  constructor(world, sampler) {
    this.#world = world;
    this.#sampler = sampler;
  }

  /** A connection is up. @param {number} clock the gateway's minus this one, ms */
  up(clock) {
    if (!Number.isNaN(this.#clock)) this.#sampler?.track("live.reconnects", 1);
    this.#clock = clock;
  }

  /** @param {import("./events.js").LiveEvent[]} events */
  delivered(events) {
    this.#roll();
    this.#received += events.length;
    this.#count += events.length;
    const now = this.#world.now() + this.#clock;
    this.#sampler?.track("live.latency", Math.max(0, now - events[0].time));
    for (const { time } of events.slice(-KEPT)) {
      this.#latencies[this.#measured++ % KEPT] = Math.max(0, now - time);
    }
  }

  stats() {
    this.#roll();
    const sorted = this.#latencies.slice(0, this.#measured).sort();
    const at = (/** @type {number} */ part) => sorted[Math.floor(part * (sorted.length - 1))];
    return {
      received: this.#received,
      eventsPerSecond: this.#before,
      latency: sorted.length > 0 ? { p50: at(0.5), p99: at(0.99) } : undefined,
    };
  }

  #roll() {
    const second = Math.floor(this.#world.now() / 1000);
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#count : 0;
    this.#second = second;
    this.#count = 0;
  }
}
