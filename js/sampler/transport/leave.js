/**
 * The last word of a page. `fetchLater`, where the engine has it, is armed
 * ahead of time: the browser sends it when the page goes, even by a crash.
 * Elsewhere a beacon goes out when the page is hidden.
 */

/** What browsers let through when a page goes, with room for headers. */
export const leaveBytes = 60_000;

export class Leave {
  #transport;
  /** @type {AbortController | undefined} */
  #armed;

  /** @param {import("./options.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** Whether the browser can be told ahead of time. */
  get ahead() {
    return typeof (/** @type {any} */ (globalThis).fetchLater) === "function";
  }

  /** Replaces what the browser sends when the page goes. @param {string} body @returns {boolean} */
  arm(body) {
    const { url } = this.#transport;
    const controller = new AbortController();
    try {
      /** @type {any} */ (globalThis).fetchLater(url, {
        ...this.#request(body),
        signal: controller.signal,
      });
    } catch {
      return false; // over the browser's quota: the armed one stays
    }
    this.#armed?.abort();
    this.#armed = controller;
    return true;
  }

  disarm() {
    this.#armed?.abort();
    this.#armed = undefined;
  }

  /** Sends now, outliving the page. @param {string} body @returns {boolean} whether the browser took it */
  beacon(body) {
    const { url, headers, fetch } = this.#transport;
    if (Object.keys(headers).length === 0 && navigator.sendBeacon) {
      // The type decides whether another origin is asked first; its collector reads text as JSON.
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
