import * as layout from "../../../dist/layout.js";
import { Owner } from "../../core/owner.js";
import { rooms } from "../../core/rooms.js";
import { Bulkhead } from "./bulkhead.js";
import { sleep } from "./environment.js";
import { Failure } from "./failure.js";
import { notify } from "./notify.js";
import { outcomeCode } from "./outcome.js";

/**
 * The retry budget of an origin: retries at once, and per second. In an outage
 * the breaker alone stays below it; the budget limits retries against a server
 * that fails now and then. tests/lazy/bench/simulated.js measures these numbers
 * and the breaker's.
 */
const RETRIES = 16;
const RETRIES_PER_SECOND = 0.4;
/** Requests at once; over HTTP/1.1, browsers open six connections. */
const SLOTS = 8;
/** Retries that each new request and each success earn. */
const REQUEST_EARNS = 0.2;
const SUCCESS_EARNS = 0.5;

/**
 * The state of one origin: whether it works (a circuit breaker), how many
 * retries are left (a token bucket), and how fast it is.
 */
export class Origin {
  /** @type {import("./environment.js").Bell} */
  bell = new Set();
  slots = new Bulkhead({ limit: SLOTS });
  attempts = 0;
  failures = 0;
  /** Fetches under way: while there are any, it must not be disposed. */
  users = 0;
  #env;
  #core;
  #breaker;
  #retries;
  #latencies;

  /**
   * @param {string} origin
   * @param {import("../../core/wasm.js").Wasm<"lazy">} core
   * @param {import("./environment.js").Environment} env
   */
  constructor(origin, core, env) {
    this.#env = env;
    this.#core = core;
    const own = (/** @type {number} */ engine) =>
      new Owner(`origin ${origin}`, engine, core.apus_lazy_free);
    this.#breaker = own(core.apus_lazy_breaker(2, 0.5, 20, 10_000, 180, 5, 2.7, 15_000));
    this.#retries = own(core.apus_lazy_tokens(RETRIES, RETRIES_PER_SECOND, env.now()));
    this.#latencies = own(core.apus_lazy_latency());
    // This machine is reachable without a network.
    this.awake = /\/\/((.+\.)?localhost|127\.[\d.]+|\[::1\])(:|$)/.test(origin);
  }

  /**
   * Waits until a request may go to this origin.
   * @param {number} attempt from 1 @param {number} left ms @param {AbortSignal} [signal]
   * @throws {Failure} `TIMEOUT` when the wait would exceed `left`
   */
  async admit(attempt, left, signal) {
    const deadline = this.#env.now() + left;
    if (attempt === 1) this.#earn(REQUEST_EARNS);
    // A visitor's own request may probe early.
    let hurry = attempt === 1 && this.#env.asked();
    let free = false; // the outage has just ended: waiting requests go at once
    for (;;) {
      const now = this.#env.now();
      let wait = this.#enter(now);
      if (wait > 0 && hurry && this.state === layout.BREAKER_OPEN) wait = this.#enter(now + wait);
      hurry = false;
      if (wait === 0) {
        const probe = this.state !== layout.BREAKER_CLOSED;
        if ((attempt === 1 || free) && !probe) return;
        wait = this.#core.apus_lazy_tokens_take(this.#retries.address, now, 1);
        if (wait === 0) return; // a probe counts as a retry
        if (probe) this.#record(undefined);
      }
      if (now >= deadline) throw new Failure("TIMEOUT", "no response");
      const { bell, awake } = this;
      free = await sleep(this.#env, wait, { signal, left: deadline - now, bell, awake });
    }
  }

  /** @param {boolean | undefined} ok `undefined`: aborted @param {number} ms how long it took */
  report(ok, ms) {
    const broken = this.state !== layout.BREAKER_CLOSED;
    this.#record(ok);
    if (ok) {
      this.#core.apus_lazy_latency_record(this.#latencies.address, ms);
      notify(() => rooms.tell("lazy.request", ms));
      this.#earn(SUCCESS_EARNS);
    }
    if (broken) for (const ring of [...this.bell]) ring(ok === true);
  }

  /** Ms until the next probe; `undefined` unless the breaker is open. */
  get pause() {
    return this.state === layout.BREAKER_OPEN ? this.#enter(this.#env.now()) : undefined;
  }

  /** A quantile of the recent latencies, ms. @param {number} q 0 to 1 */
  latency(q) {
    return this.#core.apus_lazy_latency_quantile(this.#latencies.address, q);
  }

  /** The breaker's state, a code of include/apus/lazy/layout.h. */
  get state() {
    return this.#core.apus_lazy_breaker_state(this.#breaker.address, this.#env.now());
  }

  /** @param {number} now @returns {number} 0, or ms */
  #enter(now) {
    return this.#core.apus_lazy_breaker_enter(this.#breaker.address, now);
  }

  /** @param {boolean | undefined} ok */
  #record(ok) {
    const { now, random } = this.#env;
    const { address } = this.#breaker;
    this.#core.apus_lazy_breaker_record(address, now(), outcomeCode(ok), random());
  }

  /** @param {number} retries */
  #earn(retries) {
    this.#core.apus_lazy_tokens_give(this.#retries.address, this.#env.now(), retries);
  }

  dispose() {
    for (const engine of [this.#breaker, this.#retries, this.#latencies]) engine.dispose();
  }
}
