/**
 * Sends the last batch when the visitor leaves. Where the engine has `fetchLater`, the request is
 * armed ahead of time, and the browser sends it when the page ends, even after a crash. Elsewhere
 * it is sent when the page is hidden, and outlives the page.
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

  /**
   * Sends now, outliving the page. Not by sendBeacon, which carries cookies and follows redirects.
   * @param {string} body @returns {Promise<boolean>} whether the collector took it
   */
  async beacon(body) {
    const { url, format, fetch } = this.#transport;
    // JSON would cause a preflight for another origin; the collector reads text as JSON.
    const other = format === "json" && new URL(url).origin !== location.origin;
    const request = this.#request(body, other ? "text/plain" : undefined);
    const response = await fetch(url, { ...request, keepalive: true }).catch(() => undefined);
    return response?.ok === true;
  }

  /** @param {string} body @param {string} [type] @returns {RequestInit} */
  #request(body, type = "application/json") {
    const { headers, credentials } = this.#transport;
    return {
      method: "POST",
      body,
      headers: { "content-type": type, ...headers },
      credentials,
      redirect: "error",
    };
  }
}
