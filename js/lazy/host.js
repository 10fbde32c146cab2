import { Bulkhead } from "./bulkhead.js";
import { rest } from "./environment.js";
import { Failure } from "./failure.js";

/** Retries that an origin may cost us: so many at once, and a few a second. */
const RETRIES = 16;
const RETRIES_PER_SECOND = 0.2;
/** Requests at once; HTTP/1.1 browsers use six connections. */
const PLACES = 8;
/** What each new request and each success earn. */
const REQUEST_EARNS = 0.2;
const SUCCESS_EARNS = 0.5;

/**
 * What is known of one origin: whether it works (a circuit breaker), how many
 * retries it may still be asked for (a token bucket), and how quick it is.
 */
export class Host {
  /** @type {import("./environment.js").Bell} */
  bell = new Set();
  places = new Bulkhead({ limit: PLACES });
  #env;
  #retries;

  /**
   * @param {string} origin
   * @param {import("../core/wasm.js").Core} core
   * @param {import("./environment.js").Environment} env
   */
  constructor(origin, core, env) {
    this.#env = env;
    this.breaker = new core.CircuitBreaker(5, 0.5, 20, 10_000, 0.125, 50, 5000);
    this.#retries = new core.TokenBucket(RETRIES, RETRIES_PER_SECOND, env.now());
    this.latencies = new core.LatencyWindow();
    // No network is needed to reach this machine.
    this.awake = /\/\/(.*\.)?(localhost|127\.0|\[::1\])/.test(origin);
  }

  /**
   * Waits until a request may go to this origin.
   * @param {number} attempt from 1 @param {number} left ms @param {AbortSignal} [signal]
   * @throws {Failure} `TIMEOUT` when that takes longer than `left`
   */
  async admit(attempt, left, signal) {
    const deadline = this.#env.now() + left;
    if (attempt === 1) this.#retries.give(this.#env.now(), REQUEST_EARNS);
    let free = false; // an outage has just ended: those who waited go on at once
    for (;;) {
      const now = this.#env.now();
      let wait = this.breaker.enter(now);
      if (wait === 0) {
        const probe = this.breaker.state(now) > 0;
        if ((attempt === 1 || free) && !probe) return;
        wait = this.#retries.take(now, 1);
        if (wait === 0) return; // a probe counts as a retry
        if (probe) this.breaker.cancel();
      }
      if (now >= deadline) {
        throw new Failure("TIMEOUT", "the origin fails");
      }
      const { bell, awake } = this;
      free = await rest(this.#env, wait, { signal, left: deadline - now, bell, awake });
    }
  }

  /** @param {boolean | undefined} ok `undefined`: aborted @param {number} ms how long it took */
  report(ok, ms) {
    const now = this.#env.now();
    if (ok === undefined) return this.breaker.cancel();
    const broken = this.breaker.state(now) > 0;
    this.breaker.record(now, ok, this.#env.random());
    if (!ok) return;
    this.latencies.record(ms);
    this.#retries.give(now, SUCCESS_EARNS);
    if (broken) for (const ring of [...this.bell]) ring();
  }
}
