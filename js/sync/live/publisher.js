import { abortSignal, checkOptions, string } from "../../core/check.js";

/**
 * @typedef {object} PublishOptions
 * @property {string} [key] the subject of the event, of which only the newest counts in a `latest` channel
 * @property {AbortSignal} [signal] gives up; the event may have been published
 */

const publishing = { key: string, signal: abortSignal };

/** Publications that are on their way at once. */
const UNDER_WAY = 64;

/**
 * Publishes in the order of the calls, each event once: the gateway knows a publication that comes
 * again by publisher and number.
 */
export class Publisher {
  #client;
  #id;
  /** Numbers of the last ones, by channel. @type {Map<string, number>} */
  #seqs = new Map();
  #sent = 0;
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {import("./client.js").Client} client @param {string} id */
  constructor(client, id) {
    this.#client = client;
    this.#id = id;
  }

  /**
   * @param {string} channel @param {string} type @param {unknown} data @param {PublishOptions} options
   * @returns {Promise<import("../position.js").Position>} see `Channel.publish`
   */
  async publish(channel, type, data, options = {}) {
    string(type, "Channel.publish: type");
    if (type === "" || type.length > 64) {
      throw new RangeError("Channel.publish: type must have 1 to 64 characters");
    }
    if (!(data instanceof Uint8Array) && JSON.stringify(data) === undefined) {
      throw new TypeError("Channel.publish: data must be JSON or a Uint8Array");
    }
    checkOptions("Channel.publish", options, publishing);
    const { key, signal } = options;
    if (this.#sent >= UNDER_WAY) await new Promise((next) => this.#waiting.push(() => next(0)));
    this.#sent += 1;
    try {
      signal?.throwIfAborted();
      const seq = (this.#seqs.get(channel) ?? 0) + 1;
      this.#seqs.set(channel, seq);
      const args = { channel, type, data, key, publisher: this.#id, seq };
      const how = { again: true, timeout: Number.POSITIVE_INFINITY, signal };
      return await this.#client.request("publish", args, how);
    } finally {
      this.#sent -= 1;
      this.#waiting.shift()?.();
    }
  }
}
