/**
 * Sends the last batch when the visitor leaves. Where the engine has `fetchLater`, the request is
 * armed ahead of time, and the browser sends it when the page ends, even after a crash. Elsewhere
 * a beacon is sent when the page is hidden.
 */

/** The bytes that browsers let a leaving page send, minus room for headers. */
export const leaveBytes = 60_000;

export class Leave {
  #transport;
  /** @type {AbortController | undefined} */
  #armed;

  /** @param {import("./options.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** Whether a request can be armed ahead of time. */
  get ahead() {
    return typeof (/** @type {any} */ (globalThis).fetchLater) === "function";
  }

  /** Replaces the request that the browser sends when the page ends. @param {string} body @returns {boolean} */
  arm(body) {
    const { url } = this.#transport;
    const controller = new AbortController();
    try {
      /** @type {any} */ (globalThis).fetchLater(url, {
        ...this.#request(body),
        signal: controller.signal,
      });
    } catch {
      return false; // over the browser's quota: the previous request stays armed
    }
    this.#armed?.abort();
    this.#armed = controller;
    return true;
  }

  disarm() {
    this.#armed?.abort();
    this.#armed = undefined;
  }

  /** Sends now, outliving the page. @param {string} body @returns {boolean} whether the browser accepted it */
  beacon(body) {
    const { url, headers, fetch } = this.#transport;
    if (Object.keys(headers).length === 0 && navigator.sendBeacon) {
      // JSON would cause a preflight for another origin; the collector reads text as JSON.
      const type = new URL(url).origin === location.origin ? "application/json" : "text/plain";
      return navigator.sendBeacon(url, new Blob([body], { type }));
    }
    fetch(url, { ...this.#request(body), keepalive: true }).catch(() => {});
    return true;
  }

  /** @param {string} body @returns {RequestInit} */
  #request(body) {
    return {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...this.#transport.headers },
      credentials: "omit",
    };
  }
}
