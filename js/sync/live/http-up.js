/**
 * What the transports over HTTP share: frames to the gateway, one request after the other, so that
 * they keep their order.
 */
export class HttpUp {
  #url;
  #fetch;
  #failed;
  #stop = new AbortController();
  /** @type {(string | Uint8Array<ArrayBuffer>)[]} */
  #frames = [];
  #busy = false;

  /**
   * @param {string} url of the session @param {() => void} failed the session is lost; called once
   * @param {typeof fetch} [fetch]
   */
  constructor(url, failed, fetch = (...args) => globalThis.fetch(...args)) {
    this.#url = url;
    this.#fetch = fetch;
    this.#failed = failed;
  }

  get signal() {
    return this.#stop.signal;
  }

  /** @param {string | Uint8Array<ArrayBuffer>} frame */
  send(frame) {
    this.#frames.push(frame);
    void this.#post();
  }

  /**
   * A request that ends with the session.
   * @param {string} url @param {RequestInit} init
   * @returns {Promise<Response>} rejects unless it is a success
   */
  async ask(url, init) {
    const response = await this.#fetch(url, { cache: "no-store", ...init, signal: this.signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  }

  /** The session is lost. */
  fail() {
    if (this.signal.aborted) return;
    this.close();
    this.#failed();
  }

  close() {
    this.#stop.abort();
    this.#frames.length = 0;
  }

  async #post() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let body = this.#frames.shift(); body; body = this.#frames.shift()) {
        const type = typeof body === "string" ? "application/json" : "application/octet-stream";
        const headers = { "content-type": type };
        await this.ask(this.#url, { method: "POST", body, headers });
      }
      this.#busy = false;
    } catch {
      this.fail();
    }
  }
}

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export const bytesOf = (text) => Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
