import { ApusError } from "../../core/errors.js";
import { jitter } from "../../core/waits.js";

const FIRST_WAIT = 500; // ms until a gateway that failed is asked again
const LONGEST_WAIT = 30_000;

/**
 * Until the next try, with full jitter; what a gateway asks for is bounded, too.
 * @param {number} failures before this one @param {number} [wait] ms that the gateway asked for
 * @returns {number} ms
 */
export const pause = (failures, wait = 0) =>
  Math.min(wait, LONGEST_WAIT) + jitter(failures, FIRST_WAIT, LONGEST_WAIT, Math.random());

/** Failures that pass by themselves, or when the gateway is mended. */
const passing = new Set(
  "UNREACHABLE TIMED_OUT REDIRECTED UNAVAILABLE BAD_ANSWER OTHER_PROTOCOL".split(" "),
);

/** @param {any} error @returns {boolean} whether the same question may be answered later */
export const passes = (error) => passing.has(error?.code);

/** Whether the gateway answers. While it does not, it is asked rarely, with full jitter. */
export class Health {
  errors = 0;
  /** Why it is not asked at present. @type {(ApusError & { wait?: number }) | undefined} */
  failure;
  /** Whether the log cannot be heard. */
  deaf = false;
  #failures = 0;
  #askAgain = 0;
  #told = false;
  #emit;
  #now;

  /** @param {(type: string, detail: object) => void} emit @param {() => number} now */
  constructor(emit, now) {
    this.#emit = emit;
    this.#now = now;
  }

  /** The last question failed lately, or changes are not heard. */
  get offline() {
    return this.deaf || (this.failure !== undefined && this.#now() < this.#askAgain);
  }

  /** @throws {ApusError} while it is too early to ask again */
  check() {
    if (this.failure && this.#now() < this.#askAgain) throw this.failure;
  }

  /** @template T @param {() => Promise<T>} ask @returns {Promise<T>} */
  async asked(ask) {
    try {
      const answer = await ask();
      this.failure = undefined;
      this.#failures = 0;
      this.#told = this.deaf;
      return answer;
    } catch (/** @type {any} */ error) {
      if (passes(error)) this.#failed(error);
      throw error;
    }
  }

  /** The log can be heard, or not. @param {boolean} up @param {any} [error] why not */
  hears(up, error) {
    this.deaf = !up;
    if (!up) return this.#tell(error);
    this.failure = undefined; // it may be asked again
    this.#told = false;
  }

  /** Reports once that the gateway went down. @param {any} error */
  #tell(error) {
    if (this.#told) return;
    this.#told = true;
    const message = "the gateway does not answer: the levels above go on without it";
    this.#emit("degraded", new ApusError(error?.code ?? "UNREACHABLE", message, { cause: error }));
  }

  /** @param {ApusError & { wait?: number }} error */
  #failed(error) {
    this.errors++;
    this.failure = error;
    this.#askAgain = this.#now() + pause(this.#failures++, error.wait);
    this.#tell(error);
  }
}
