// The gateway of the demo "Levels", in the server of `npm start`: its products, a cache in front of
// it, and the few controls that the page needs.
//
//   /gateway/…       the gateway, through the cache in front
//   GET  /levels/    what there is: { running, cluster, edge, nodes, missing }
//   POST /levels/stop, /levels/start, /levels/node, /levels/race?key=…    from the same origin only
import { randomUUID } from "node:crypto";
import {
  Gateway,
  listener,
  MemoryEngine,
  ValkeyEngine,
  varnish,
} from "../js/gateway/index.node.js";
import { sameOrigin, send } from "./demo-requests.js";
import { EdgeCache } from "./levels/edge.js";
import { isProduct, loadProduct, reprice } from "./levels/products.js";

const PURGE_WAIT = 5000; // ms
/** How the gateway knows a request of the demo's own page, also behind Varnish. */
const PAGE = "apus-demo-page";
const secret = randomUUID();

/** @typedef {import("node:http").IncomingMessage} Message */
/** @typedef {import("node:http").ServerResponse} Answer */

/** What a cluster and Varnish, if there are any, offer. @typedef {Awaited<ReturnType<typeof import("./levels/cluster.js").startServers>>} Servers */

/**
 * @param {{ cluster?: boolean }} [options] cluster: Redis nodes and Varnish instead of this process's
 *   memory, if they are installed
 * @returns {Promise<LevelsDemo>}
 */
export async function openLevels({ cluster = false } = {}) {
  /** @type {Servers | undefined} */
  let servers;
  let missing = "started without --cluster";
  if (cluster) {
    const started = await import("./levels/cluster.js");
    missing = started.missing();
    if (!missing) servers = await started.startServers((request) => demo.origin(request));
  }
  const demo = new LevelsDemo(servers, missing);
  await demo.start();
  return demo;
}

class LevelsDemo {
  /** @type {Gateway | undefined} */
  #gateway;
  #servers;
  #edge;
  #missing;
  #answer = listener({ handle: (request) => this.#front(request) });
  /** A fill that a race holds back. @type {{ path: string, asked: () => void, release: Promise<void> } | undefined} */
  #held;
  #racing = false;
  /** @type {Set<(names: string[]) => void>} */
  #purged = new Set();

  /** @param {Servers | undefined} servers @param {string} missing why there are none */
  constructor(servers, missing) {
    this.#servers = servers;
    this.#missing = missing;
    const ask = servers
      ? (/** @type {Request} */ request) => servers.edge(request)
      : (/** @type {Request} */ request) => this.origin(request);
    this.#edge = servers ? undefined : new EdgeCache(ask);
    this.#front = this.#edge ? (request) => this.#edge.handle(request) : ask;
  }

  /** @type {(request: Request) => Promise<Response>} */
  #front;

  /** For `serve`: answers what is the demo's. @param {Message} request @param {Answer} response @param {URL} url */
  handle = async (request, response, { pathname, searchParams }) => {
    if (pathname.startsWith("/gateway/")) {
      const own = sameOrigin(request.headers);
      request.rawHeaders.push(PAGE, own ? secret : "");
      request.url = `/apus/${/** @type {string} */ (request.url).slice("/gateway/".length)}`;
      await this.#answer(request, response);
      return true;
    }
    const [, action] = /^\/levels\/(state|stop|start|node|race)$/.exec(pathname) ?? [];
    if (!action) return false;
    const get = action === "state";
    if (request.method !== (get ? "GET" : "POST")) send(response, 405, { error: "another method" });
    else if (!get && !sameOrigin(request.headers)) send(response, 403, { error: "another origin" });
    else {
      const said = await this.#control(action, searchParams.get("key") ?? "");
      send(response, "error" in said ? 409 : 200, said);
    }
    return true;
  };

  /** @param {string} action @param {string} key */
  async #control(action, key) {
    if (action === "start") await this.start();
    else if (action === "stop") await this.stop();
    else if (action === "node") return { ...(await this.#servers?.killNode()), ...this.state };
    else if (action === "race") return this.#race(key);
    return this.state;
  }

  get state() {
    return {
      running: this.#gateway !== undefined,
      cluster: this.#servers !== undefined,
      edge: this.#servers ? "Varnish" : "a small cache in this server",
      nodes: this.#servers?.killable ?? 0,
      missing: this.#missing,
    };
  }

  async start() {
    if (this.#gateway) return;
    const emptied = this.#servers ? undefined : this.#purge("");
    const adapter = this.#servers ? varnish({ urls: [this.#servers.edgeUrl] }) : this.#edge.adapter;
    this.#gateway = await Gateway.open({
      engine: this.#servers
        ? await ValkeyEngine.open({ nodes: this.#servers.addresses })
        : new MemoryEngine(),
      load: { "product:*": loadProduct },
      authorize: ({ headers }, { kind }) =>
        kind === "read" || kind === "log" || headers.get(PAGE) === secret,
      edge: { maxAge: 300_000 },
      purge: [
        {
          ...adapter,
          purge: async (names, signal) => {
            await adapter.purge(names, signal);
            for (const tell of this.#purged) tell(names);
          },
          purgeAll: async (signal) => {
            await adapter.purgeAll(signal);
            for (const tell of this.#purged) tell([]);
          },
        },
      ],
    });
    await emptied; // a gateway with a new log purges everything first
  }

  /** As if its process had died: what it held in memory is gone. The cache in front stays. */
  async stop() {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    await gateway?.close();
  }

  async close() {
    await this.stop();
    await this.#servers?.stop();
  }

  /** What the cache in front asks. @param {Request} request @returns {Promise<Response>} */
  async origin(request) {
    if (!this.#gateway) return new Response(null, { status: 502 });
    const response = await this.#gateway.handle(request);
    const held = this.#held;
    if (request.method === "GET" && held?.path === new URL(request.url).pathname) {
      held.asked();
      await held.release;
    }
    return response;
  }

  /**
   * The cache in front fetches a product; before the answer arrives there, the product changes and
   * is purged. So the old answer is stored after its purge.
   * @param {string} key
   */
  async #race(key) {
    if (!this.#gateway) return { error: "the gateway does not run" };
    if (this.#racing) return { error: "a race is under way" };
    if (!isProduct(key)) return { error: "there is no such product" };
    this.#racing = true;
    const { values } = this.#gateway;
    const path = `/apus/k/${encodeURIComponent(key)}`;
    const name = `k:${encodeURIComponent(key)}`;
    let letGo = () => {};
    const release = new Promise((resolve) => {
      letGo = () => resolve(undefined);
    });
    try {
      const empty = this.#purge(name); // or the cache would not ask
      await values.delete(key);
      await empty;
      const asked = new Promise((resolve) => {
        this.#held = { path, asked: () => resolve(undefined), release };
      });
      const ask = new Request(`http://gateway.invalid${path}`);
      const filled = this.#front(ask).then((response) => response.json());
      await Promise.race([asked, filled]);
      const purged = this.#purge(name);
      const { price, ...product } = reprice(key);
      await values.set(key, product);
      await purged;
      letGo();
      return { old: (await filled).price, price };
    } finally {
      this.#racing = false;
      this.#held = undefined;
      letGo();
    }
  }

  /** Resolves when the cache in front has forgotten a name, or all, or after a while. @param {string} name */
  #purge(name) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#purged.delete(tell);
        resolve(undefined);
      };
      const tell = (/** @type {string[]} */ names) =>
        (names.length === 0 || names.includes(name)) && done();
      const timer = setTimeout(done, PURGE_WAIT);
      this.#purged.add(tell);
    });
  }
}
