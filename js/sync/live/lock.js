import { abortSignal, checkOptions, integerIn, numberIn } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";
import { checkKey } from "./keys.js";

/** @typedef {import("./live.js").Live} Live */

/**
 * @typedef {object} LockOptions
 * @property {number} [ttl] ms after which the lock ends when it cannot be renewed, 100 to 3,600,000;
 *   default 10,000
 * @property {number} [wait] ms to wait for it, 0: not at all; default: until the signal
 * @property {AbortSignal} [signal] ends the waiting
 */

const checks = {
  ttl: integerIn(100, 3_600_000),
  wait: numberIn(0, Number.POSITIVE_INFINITY),
  signal: abortSignal,
};
/** Also where the engine does not have it yet. @type {typeof Symbol.asyncDispose} */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const LONGEST = 8000; // ms of one question; the gateway waits no longer

/**
 * ms that have passed, sleep of the machine included: the larger of what two clocks say. Whoever doubts
 * has lost the lock.
 */
function stopwatch() {
  const [steady, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - steady, Date.now() - wall);
}

/**
 * A lock that is held: `{ lock, token }` fences writes. It is renewed until it is released.
 */
export class Lock {
  #live;
  #ttl;
  #lost = new AbortController();
  /** Since the last renewal was asked for. */
  #passed;
  /** ms of `#passed` at which it ends. */
  #ends;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #done = false;

  /**
   * Use `live.lock`.
   * @param {Live} live @param {string} lock @param {number} token @param {number} ttl
   * @param {() => number} passed ms since it was asked for @param {number} waited ms until it began
   */
  constructor(live, lock, token, ttl, passed, waited) {
    this.#live = live;
    this.#ttl = ttl;
    this.#passed = passed;
    this.#ends = waited + ttl;
    /** @readonly */ this.lock = lock;
    /** Grows with each holder. @readonly */ this.token = token;
    this.#later();
  }

  /** Aborted when the lock is lost, with an `ApusError` `LOST`. */
  get signal() {
    this.held; // a page that was frozen finds out here, if no timer was faster
    return this.#lost.signal;
  }

  /** Whether it is held, as far as this side's clock can tell. */
  get held() {
    if (!this.#done && this.#passed() >= this.#ends) this.#lose();
    return !this.#done;
  }

  /** Lets go. What fails ends by itself. @returns {Promise<void>} never rejects */
  async release() {
    if (this.#done) return;
    this.#end();
    await this.#live.request("unlock", this.#args, { again: true }).catch(() => {});
  }

  async [asyncDispose]() {
    await this.release();
  }

  get #args() {
    return { name: this.lock, token: this.token };
  }

  /** Renews when a third of the time has passed, and sooner after a failure. */
  #later(ms = this.#ttl / 3) {
    const left = Math.max(0, this.#ends - this.#passed());
    this.#timer = setTimeout(() => void this.#renew(), Math.min(ms, left));
    /** @type {any} */ (this.#timer).unref?.(); // of Node, whose process may end
  }

  async #renew() {
    if (!this.held) return;
    const passed = stopwatch();
    const left = Math.max(1, this.#ends - this.#passed());
    // It answers in time, or the next try does.
    const timeout = Math.min(left, Math.max(50, this.#ttl / 4));
    try {
      await this.#live.request("renew", { ...this.#args, ttl: this.#ttl }, { timeout });
      this.#passed = passed;
      this.#ends = this.#ttl;
      if (this.held) this.#later();
    } catch (error) {
      if (/^(?:LOST|CLOSED|FORBIDDEN)$/.test(/** @type {any} */ (error)?.code)) this.#lose(error);
      else if (this.held) this.#later(Math.min(500, this.#ttl / 10));
    }
  }

  /** @param {unknown} [cause] */
  #lose(cause) {
    if (this.#done) return;
    this.#end();
    this.#lost.abort(new ApusError("LOST", `the lock ${this.lock} is lost`, { cause }));
  }

  #end() {
    this.#done = true;
    clearTimeout(this.#timer);
  }
}

/**
 * @param {Live} live @param {string} name @param {LockOptions} [options]
 * @returns {Promise<Lock>}
 */
export async function lock(live, name, options = {}) {
  checkKey(name, "Live.lock: name");
  checkOptions("Live.lock", options, checks);
  const { ttl = 10_000, wait = Number.POSITIVE_INFINITY, signal } = options;
  const holder = crypto.randomUUID();
  const all = stopwatch();
  for (;;) {
    signal?.throwIfAborted();
    const passed = stopwatch();
    const left = Math.max(0, wait - all());
    const args = { name, ttl, holder, wait: Math.ceil(Math.min(left, LONGEST)) };
    // Its holder may ask again: the answer is the same. An answer too late is given back.
    const asked = live.request("lock", args, { again: true, timeout: 2 * LONGEST });
    const { token, waited } = await aborted(asked, signal, (late) => {
      if (late.token) live.request("unlock", { name, token: late.token }).catch(() => {});
    });
    if (token > 0) {
      const held = new Lock(live, name, token, ttl, passed, waited);
      if (held.held) return held;
      await held.release(); // the answer took longer than the lock
    }
    if (all() >= wait) throw new ApusError("LOCKED", `the lock ${name} is held by another`);
  }
}

/**
 * @template Result @param {Promise<Result>} asked @param {AbortSignal | undefined} signal
 * @param {(result: Result) => void} late gets what comes after the abort
 * @returns {Promise<Result>}
 */
function aborted(asked, signal, late) {
  if (!signal) return asked;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      asked.then(late, () => {});
    };
    signal.addEventListener("abort", abort, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
