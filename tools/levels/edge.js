/**
 * A tiny cache in front of the demo's gateway, in the place of a CDN. It knows no more of HTTP
 * caching than the demo shows: it keeps answers to GET for `s-maxage`, answers with `Age` and
 * `Cache-Status`, asks again for `Cache-Control: no-cache`, and forgets by name.
 */
export class EdgeCache {
  /** @type {Map<string, { status: number, headers: [string, string][], body: ArrayBuffer, names: string[], at: number, until: number }>} */
  #kept = new Map();
  #ask;

  /** @param {(request: Request) => Promise<Response>} ask what is behind */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async handle(request) {
    const { method, headers, url } = request;
    if (method !== "GET") return this.#ask(request);
    const { pathname } = new URL(url);
    const kept = this.#kept.get(pathname);
    const now = Date.now();
    if (kept && kept.until > now && !/no-cache/.test(headers.get("cache-control") ?? "")) {
      const answer = new Headers(kept.headers);
      answer.set("age", String(Math.floor((now - kept.at) / 1000)));
      answer.set("cache-status", `edge; hit, ${answer.get("cache-status")}`);
      return new Response(kept.body, { status: kept.status, headers: answer });
    }
    // Whole and as it is, so that it is an answer for everybody.
    const asked = new Headers(headers);
    for (const name of ["accept-encoding", "if-none-match"]) asked.delete(name);
    const response = await this.#ask(new Request(url, { headers: asked, signal: request.signal }));
    const seconds = Number(/s-maxage=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1]);
    if (!(seconds > 0)) return response;
    const body = await response.arrayBuffer();
    const { status } = response;
    const names = (response.headers.get("cache-tag") ?? "").split(",");
    const at = Date.now();
    const all = [...response.headers];
    this.#kept.set(pathname, { status, headers: all, body, names, at, until: at + 1000 * seconds });
    return new Response(body, { status, headers: response.headers });
  }

  /** @type {import("../../js/gateway/purge/adapters.node.js").PurgeAdapter} */
  adapter = {
    name: "edge",
    batch: 100,
    purge: async (names) => {
      for (const [path, kept] of this.#kept) {
        if (kept.names.some((name) => names.includes(name))) this.#kept.delete(path);
      }
    },
    purgeAll: async () => this.#kept.clear(),
  };
}
