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
   * @param {string} channel @param {Record<string, unknown>} event @param {AbortSignal} [signal]
   * @returns {Promise<import("../position.js").Position>} see `Channel.publish`
   */
  async publish(channel, event, signal) {
    if (this.#sent >= UNDER_WAY) await new Promise((next) => this.#waiting.push(() => next(0)));
    this.#sent += 1;
    try {
      signal?.throwIfAborted();
      const seq = (this.#seqs.get(channel) ?? 0) + 1;
      this.#seqs.set(channel, seq);
      const args = { channel, ...event, publisher: this.#id, seq };
      const options = { again: true, timeout: Number.POSITIVE_INFINITY, signal };
      return await this.#client.request("publish", args, options);
    } finally {
      this.#sent -= 1;
      this.#waiting.shift()?.();
    }
  }
}
