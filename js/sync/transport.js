import { ApusError } from "../core/errors.js";
import { retryAfter } from "../core/waits.js";

/**
 * Requests to a gateway, each answered in time or failed with a code. Redirects are not followed.
 *
 * | code | when |
 * |---|---|
 * | `UNREACHABLE` | the request failed |
 * | `TIMED_OUT` | the answer was not complete in time |
 * | `REDIRECTED` | the answer sends the page elsewhere |
 * | `REFUSED` | HTTP 4xx; `FORBIDDEN` for 401 and 403 |
 * | `UNAVAILABLE` | HTTP 429, 5xx or another status; `wait` has the ms that the gateway asked for |
 * | `BAD_ANSWER` | not the answer of a gateway |
 */
export class Transport {
  #url;
  #fetch;
  #timeout;
  /** @type {Set<AbortController>} */
  #under = new Set();

  /**
   * @param {string} url the gateway's base, absolute
   * @param {typeof fetch} [fetch] instead of the platform's
   * @param {number} [timeout] ms
   */
  constructor(url, fetch = (...args) => globalThis.fetch(...args), timeout = 10_000) {
    this.#url = url.endsWith("/") ? url : `${url}/`;
    this.#fetch = fetch;
    this.#timeout = timeout;
  }

  /**
   * @template T
   * @param {string} path below the base
   * @param {RequestInit} init
   * @param {(response: Response) => T | Promise<T>} read the answer, whose time it shares; throws for
   *   one of another kind
   * @returns {Promise<T>} rejects with an `ApusError`, or the reason of `init.signal`
   */
  async ask(path, { signal: caller, ...init }, read) {
    const stop = new AbortController();
    const { signal } = stop;
    this.#under.add(stop);
    const end = () => stop.abort();
    caller?.addEventListener("abort", end);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stop.abort();
    }, this.#timeout);
    // A `fetch` of the caller's may not know the signal.
    const late = new Promise((_, reject) => signal.addEventListener("abort", reject));
    try {
      caller?.throwIfAborted();
      const asked = this.#fetch(this.#url + path, { redirect: "manual", ...init, signal });
      return await Promise.race([asked.then(read), /** @type {Promise<never>} */ (late)]);
    } catch (error) {
      if (error instanceof ApusError) throw error;
      caller?.throwIfAborted();
      const [code, why] = timedOut
        ? ["TIMED_OUT", `no answer in ${this.#timeout} ms`]
        : ["UNREACHABLE", String(/** @type {any} */ (error)?.message ?? "stopped")];
      throw failure(code, `${this.#url}: ${why}`, error);
    } finally {
      clearTimeout(timer);
      caller?.removeEventListener("abort", end);
      this.#under.delete(stop);
      stop.abort(); // whatever of it is left
    }
  }

  /** Ends all requests under way. */
  stop() {
    for (const request of this.#under) request.abort();
  }
}

/**
 * @param {Response} response
 * @throws {ApusError} unless it is a success
 */
export function checkStatus({ status, ok, type, headers }) {
  if (ok) return;
  if (type === "opaqueredirect" || (status >= 300 && status < 400))
    throw failure("REDIRECTED", "the gateway's answer is a redirect");
  if (status === 401 || status === 403) throw failure("FORBIDDEN", "the gateway does not allow it");
  if (status >= 400 && status < 500 && status !== 429)
    throw failure("REFUSED", `the gateway refused it with ${status}`);
  const unavailable = failure("UNAVAILABLE", `the gateway answered ${status}`);
  throw Object.assign(unavailable, { wait: retryAfter(headers) });
}

/** @param {string} [what] @param {unknown} [cause] */
export const badAnswer = (what = "that is no answer of a gateway", cause) =>
  failure("BAD_ANSWER", what, cause);

/** @param {string} code @param {string} message @param {unknown} [cause] */
export const failure = (code, message, cause) => new ApusError(code, message, { cause });
