import { Refusal } from "./requests.node.js";

/**
 * @typedef {object} Rate
 * @property {number} perSecond requests of a client in the long run
 * @property {number} [burst] requests at once; default a second's
 * @property {(request: Request, address: string) => string} [client] whom to count a request for;
 *   default: the address of the connection, which behind a proxy is the proxy's
 */

const CLIENTS = 10_000; // remembered; a forgotten one has its burst again

/** A token bucket for each client. */
export class RateLimit {
  #perSecond;
  #burst;
  #client;
  #now;
  /** Used longest ago first. @type {Map<string, { tokens: number, at: number }>} */
  #buckets = new Map();

  /** @param {Rate} rate @param {() => number} [now] ms */
  constructor(
    { perSecond, burst = Math.max(1, perSecond), client },
    now = () => performance.now(),
  ) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#client = client ?? ((_, address) => address);
    this.#now = now;
  }

  /**
   * @param {Request} request @param {string} address
   * @throws {Refusal} 429 with `Retry-After`
   */
  take(request, address) {
    const client = this.#client(request, address);
    const now = this.#now();
    const { tokens, at } = this.#buckets.get(client) ?? { tokens: this.#burst, at: now };
    const full = Math.min(this.#burst, tokens + ((now - at) / 1000) * this.#perSecond);
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: full < 1 ? full : full - 1, at: now });
    if (this.#buckets.size > CLIENTS) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    if (full >= 1) return;
    const seconds = Math.ceil((1 - full) / this.#perSecond);
    throw new Refusal(429, "TOO_MANY_REQUESTS", "too many requests", {
      "retry-after": `${seconds}`,
    });
  }
}
