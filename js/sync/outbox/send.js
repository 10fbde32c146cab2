import { jitter, retryAfter } from "../../core/waits.js";
import { CircuitBreaker } from "../../lazy/parts/circuit-breaker.js";
import { RetryBudget } from "../../lazy/parts/retry-budget.js";
import { retryDefaults } from "./options.js";

/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {import("./queue.js").Claimed} Claimed */

/**
 * How an attempt ended: what has changed in the entry.
 * @typedef {Partial<Omit<Entry, "state">> & { state: Entry["state"] | "sent" }} Outcome
 */

const DAY = 86_400_000; // ms; Retry-After is obeyed for that long at most

/** Sends entries, one attempt at a time. */
export class Sender {
  #fetch;
  #how;
  #budget;
  /** One an origin. @type {Map<string, CircuitBreaker>} */ #breakers = new Map();
  /** Origins whose circuit is open: until when, on the clock of `performance`. @type {Map<string, number>} */
  #open = new Map();

  /**
   * @param {typeof fetch} [fetch] @param {import("./options.js").RetryOptions} [retry]
   * @throws {import("../../core/errors.js").ApusError} `WASM_UNAVAILABLE`
   */
  static async create(fetch = (...args) => globalThis.fetch(...args), { budget, ...retry } = {}) {
    return new Sender(
      fetch,
      { ...retryDefaults, ...retry },
      await RetryBudget.create(budget ?? {}),
    );
  }

  /** Use `create`. @param {typeof fetch} fetch @param {typeof retryDefaults} how @param {RetryBudget} budget */
  constructor(fetch, how, budget) {
    this.#fetch = fetch;
    this.#how = how;
    this.#budget = budget;
  }

  /** @param {Entry} entry @returns {number} ms since 1970; not to be sent before */
  freeAt({ url }) {
    const left = (this.#open.get(new URL(url).origin) ?? 0) - performance.now();
    return left > 0 ? Date.now() + left : 0;
  }

  /** No entry waits longer than that, in ms. */
  get longest() {
    return Math.max(this.#how.slowest, DAY);
  }

  /** Whether it may have been applied, so long ago that its key is forgotten. @param {Entry} entry */
  expired({ method, first }) {
    const safe = method !== "POST" && method !== "PATCH";
    return !safe && first !== undefined && Date.now() - first > this.#how.keyLife;
  }

  /**
   * @param {Entry} entry
   * @param {() => Promise<Claimed | undefined>} claim marks it as being sent; undefined: not to be sent
   * @returns {Promise<Outcome | undefined>} undefined when it was not sent: see `freeAt`
   */
  async send(entry, claim) {
    if (entry.attempts === 0) this.#budget.request();
    else if (!this.#budget.take()) {
      return { state: "waiting", next: Date.now() + Math.random() * this.#how.fastest };
    }
    const { origin } = new URL(entry.url);
    let breaker = this.#breakers.get(origin);
    if (!breaker) {
      breaker = await CircuitBreaker.create();
      this.#breakers.set(origin, breaker);
    }
    /** @type {Outcome | undefined} */
    let outcome;
    try {
      await breaker.run(async () => {
        const claimed = await claim();
        if (!claimed) return;
        outcome = await this.#attempt(claimed);
        // Those that waited for a probe to end need to wait no longer, or the breaker says how long.
        this.#open.delete(origin);
        const { status = 599 } = outcome;
        if (status >= 500) throw outcome;
      });
    } catch (error) {
      if (error !== outcome) {
        const { code, retryAfter } = /** @type {any} */ (error);
        if (code !== "CIRCUIT_OPEN") throw error;
        this.#open.set(origin, performance.now() + retryAfter);
      }
    }
    return outcome;
  }

  dispose() {
    this.#budget.dispose();
    for (const breaker of this.#breakers.values()) breaker.dispose();
  }

  /** @param {Claimed} entry @returns {Promise<Outcome>} */
  async #attempt(entry) {
    const { attempts, fastest, slowest, timeout, unanswered: silence } = this.#how;
    const { url, method, headers, body, credentials } = entry;
    const failures = Math.min(entry.attempts - 1, 30);
    const wait = () => Date.now() + jitter(failures, fastest, slowest, Math.random());
    /** @type {Response} */
    let response;
    /** @type {unknown} */
    let problem;
    try {
      const signal = AbortSignal.timeout(timeout);
      const answer = this.#fetch(url, { method, headers, body, credentials, signal });
      response = await Promise.race([answer, aborted(signal)]);
      if (!response.ok) problem = await problemOf(response);
    } catch {
      const unanswered = entry.unanswered + (globalThis.navigator?.onLine === false ? 0 : 1);
      const state = unanswered < silence ? "waiting" : "parked";
      return { state, unanswered, next: wait(), status: undefined, problem: undefined };
    }
    const { status, ok } = response;
    if (ok) return { state: "sent", status };
    const busy = status === 409 && /** @type {any} */ (problem)?.code === "IN_PROGRESS";
    const again = status >= 500 || busy || [408, 425, 429].includes(status);
    const answered = entry.answered + 1;
    if (!again || answered >= attempts) return { state: "parked", status, problem, answered };
    const next = Math.max(wait(), Date.now() + retryAfter(response.headers));
    return { state: "waiting", next, status, problem, answered };
  }
}

/** Also a `fetch` that does not look at its signal ends. @param {AbortSignal} signal @returns {Promise<never>} */
const aborted = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** @param {Response} response @returns {Promise<unknown>} JSON, or text */
async function problemOf(response) {
  const text = (await response.text().catch(() => "")).slice(0, 65_536);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
