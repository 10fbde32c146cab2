/** The resources that the page fetched: sums by type, the large ones and the slow ones. */

const largeBytes = 1_000_000;
const slowMs = 2000;
const listed = 50; // large ones, slow ones, and in the waterfall

/**
 * @typedef {object} ResourceSum
 * @property {string} type the initiator type: `fetch`, `script`, `img`, …
 * @property {number} count
 * @property {number} bytes over the network, headers included
 * @property {number} time ms, summed
 * @property {number} cached answered by the HTTP cache without a transfer
 */

/**
 * @typedef {object} Resource
 * @property {string} url
 * @property {string} type
 * @property {number} start ms since the time origin
 * @property {number} wait ms until the first byte
 * @property {number} duration ms
 * @property {number} bytes
 * @property {boolean} cached
 */

/** @typedef {{ byType: ResourceSum[], large: Resource[], slow: Resource[], waterfall: Resource[] }} ResourceReport */

export class Resources {
  /** @type {Map<string, ResourceSum>} */
  #sums = new Map();
  /** @type {Resource[]} */
  #large = [];
  /** @type {Resource[]} */
  #slow = [];
  /** @type {Resource[]} */
  #latest = [];

  /** @param {any} entry */
  take(entry) {
    const type = entry.initiatorType || "other";
    const bytes = entry.transferSize ?? 0;
    // Opaque responses hide their sizes: unknown does not mean cached.
    const cached = bytes === 0 && entry.decodedBodySize > 0;
    let sum = this.#sums.get(type);
    if (!sum) {
      sum = { type, count: 0, bytes: 0, time: 0, cached: 0 };
      this.#sums.set(type, sum);
    }
    sum.count++;
    sum.bytes += bytes;
    sum.time += entry.duration;
    if (cached) sum.cached++;
    const resource = {
      url: entry.name,
      type,
      start: entry.startTime,
      wait: entry.responseStart ? entry.responseStart - entry.startTime : 0,
      duration: entry.duration,
      bytes,
      cached,
    };
    keepLast(this.#latest, resource);
    if (bytes > largeBytes) keepLast(this.#large, resource);
    if (entry.duration > slowMs) keepLast(this.#slow, resource);
  }

  /** @returns {ResourceReport} */
  report() {
    return {
      byType: [...this.#sums.values()].sort((a, b) => b.bytes - a.bytes),
      large: this.#large,
      slow: this.#slow,
      waterfall: this.#latest,
    };
  }

  /** @param {string} type or `total` @param {"count" | "bytes" | "time"} stat */
  total(type, stat) {
    let total = 0;
    for (const sum of this.#sums.values())
      if (type === "total" || sum.type === type) total += sum[stat];
    return total;
  }
}

/** @template T @param {T[]} list @param {T} item */
function keepLast(list, item) {
  if (list.push(item) > listed) list.shift();
}
