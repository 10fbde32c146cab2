import { granted } from "../../core/memory.js";
import { rooms } from "../../core/rooms.js";
import { Bulkhead } from "./bulkhead.js";
import { rest } from "./environment.js";
import { Failure } from "./failure.js";
import { aside } from "./notify.js";

/**
 * Retries that an origin may cost us: so many at once, and a few a second.
 * The breaker alone keeps below it in an outage; it bounds what a server that
 * fails every now and then is asked for. tests/lazy/bench/simulated.js holds
 * the measurements behind these numbers and the breaker's.
 */
const RETRIES = 16;
const RETRIES_PER_SECOND = 0.4;
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
  attempts = 0;
  failures = 0;
  #env;
  #core;
  #breaker;
  #retries;

  /**
   * @param {string} origin
   * @param {import("../../core/wasm.js").Wasm<"lazy">} core
   * @param {import("./environment.js").Environment} env
   */
  constructor(origin, core, env) {
    this.#env = env;
    this.#core = core;
    this.#breaker = granted(core.apus_lazy_breaker(2, 0.5, 20, 10_000, 180, 5, 2.7, 15_000));
    this.#retries = granted(core.apus_lazy_tokens(RETRIES, RETRIES_PER_SECOND, env.now()));
    this.latencies = granted(core.apus_lazy_latency());
    // No network is needed to reach this machine.
    this.awake = /\/\/((.+\.)?localhost|127\.[\d.]+|\[::1\])(:|$)/.test(origin);
  }

  /**
   * Waits until a request may go to this origin.
   * @param {number} attempt from 1 @param {number} left ms @param {AbortSignal} [signal]
   * @throws {Failure} `TIMEOUT` when that takes longer than `left`
   */
  async admit(attempt, left, signal) {
    const deadline = this.#env.now() + left;
    if (attempt === 1) this.#earn(REQUEST_EARNS);
    // What a visitor asks for is worth a probe before its time.
    let hurry = attempt === 1 && this.#env.asked();
    let free = false; // an outage has just ended: those who waited go on at once
    for (;;) {
      const now = this.#env.now();
      let wait = this.#enter(now);
      if (wait > 0 && hurry && this.state === 1) wait = this.#enter(now + wait);
      hurry = false;
      if (wait === 0) {
        const probe = this.state > 0;
        if ((attempt === 1 || free) && !probe) return;
        wait = this.#core.apus_lazy_tokens_take(this.#retries, now, 1);
        if (wait === 0) return; // a probe counts as a retry
        if (probe) this.#record(2);
      }
      if (now >= deadline) throw new Failure("TIMEOUT", "no answer");
      const { bell, awake } = this;
      free = await rest(this.#env, wait, { signal, left: deadline - now, bell, awake });
    }
  }

  /** @param {boolean | undefined} ok `undefined`: aborted @param {number} ms how long it took */
  report(ok, ms) {
    const broken = this.state > 0;
    this.#record(ok === undefined ? 2 : Number(ok));
    if (ok) {
      this.#core.apus_lazy_latency_record(this.latencies, ms);
      aside(() => rooms.tell("lazy.request", ms));
      this.#earn(SUCCESS_EARNS);
    }
    if (broken) for (const ring of [...this.bell]) ring(ok === true);
  }

  /** Ms until the next probe, while it fails. */
  get pause() {
    return this.state === 1 ? this.#enter(this.#env.now()) : undefined;
  }

  /** The breaker's: 0 closed, 1 open, 2 half-open. */
  get state() {
    return this.#core.apus_lazy_breaker_state(this.#breaker, this.#env.now());
  }

  /** @param {number} now @returns {number} 0, or ms */
  #enter(now) {
    return this.#core.apus_lazy_breaker_enter(this.#breaker, now);
  }

  /** @param {number} outcome */
  #record(outcome) {
    const { now, random } = this.#env;
    this.#core.apus_lazy_breaker_record(this.#breaker, now(), outcome, random());
  }

  /** @param {number} retries */
  #earn(retries) {
    this.#core.apus_lazy_tokens_give(this.#retries, this.#env.now(), retries);
  }
}
