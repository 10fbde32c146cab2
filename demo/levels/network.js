/**
 * The page's way to the gateway, as the option `fetch` of the cache. It can be cut, and it tells
 * what passes: `heard`, a change in the log, and `refused`, an answer that was too old.
 */
export class Network extends EventTarget {
  offline = false;
  /** What was answered last, by path. @type {Map<string, any>} */
  #answers = new Map();

  /** @type {typeof fetch} */
  fetch = async (input, init = {}) => {
    if (this.offline) throw new TypeError("offline by the button");
    // Cookies of other servers on localhost would make every answer private.
    const response = await fetch(input, { ...init, credentials: "omit" });
    // Before the answer is passed on: whoever asked ends the request when it has read it.
    if (response.ok) await this.#look(new URL(String(input)), init, response.clone());
    return response;
  };

  /** @param {URL} url @param {RequestInit} init @param {Response} response */
  async #look({ pathname }, { headers, method = "GET" }, response) {
    try {
      const body = await response.json();
      if (method === "POST" && pathname.endsWith("/log")) this.#hear(body.logs);
      if (method !== "GET" || !pathname.includes("/k/")) return;
      const [asOf] = (response.headers.get("apus-as-of") ?? "").split(", ");
      const answer = { value: body, asOf };
      const old = this.#answers.get(pathname);
      this.#answers.set(pathname, answer);
      if (old && new Headers(headers).get("cache-control") === "no-cache") {
        this.#tell("refused", { old, answer });
      }
    } catch {} // no JSON: not a product, and not the log
  }

  /** @param {Record<string, { events: [kind: string, name: string, at: string][] }>} logs */
  #hear(logs) {
    for (const { events } of Object.values(logs)) {
      for (const [kind, name] of events) this.#tell("heard", { kind, name });
    }
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
