// The two gateways of the demo "Live", in the server of `npm start`: they share a change log, as
// gateways on one cluster do. A connection goes to one that runs, as through a load balancer.
//
//   /live/gateway/…      the gateways
//   GET  /live/state     { gateways: [{ name, running, clients }], rate }
//   POST /live/kill?name=A, /live/start?name=A, /live/rate?n=1000    from the same origin only
import { EventEmitter } from "node:events";
import { attach, Gateway, listener, MemoryEngine } from "../js/gateway/index.node.js";
import { sameOrigin, send } from "./demo-requests.js";

const RATES = [0, 100, 1000, 10_000];
const EVERY = 10; // ms between two portions of the log
const lines = [
  "GET /atlas/ 200 in 3 ms",
  "cache hit ratio 0.97 over the last minute",
  "segment 0041 compacted: 1.9 MB to 0.8 MB",
  "retry 2 of /atlas/detail.js in 180 ms",
  "lock {room}:lock taken, token 17",
  "INP 24 ms, good",
];

/** @typedef {import("node:http").IncomingMessage} Message */
/** @typedef {import("node:http").ServerResponse} Answer */

/** @returns {Promise<LiveDemo>} */
export async function openLive() {
  const demo = new LiveDemo();
  await demo.start("A");
  await demo.start("B");
  return demo;
}

class LiveDemo {
  #engine = new MemoryEngine({ keepEvents: 200_000 });
  /** @type {Map<string, Awaited<ReturnType<typeof open>>>} */
  #running = new Map();
  #turn = 0;
  #rate = 0;
  #serial = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #answer = listener({
    handle: async (request, connection) => {
      const running = this.#next();
      return running?.gateway.handle(request, connection) ?? new Response(null, { status: 502 });
    },
  });

  /** @param {string} name "A" or "B" */
  async start(name) {
    if (!this.#running.has(name)) this.#running.set(name, await open(this.#engine));
  }

  /** As if its process had died. @param {string} name */
  async kill(name) {
    const running = this.#running.get(name);
    this.#running.delete(name);
    await running?.kill();
  }

  async close() {
    clearInterval(this.#timer);
    await Promise.all([this.kill("A"), this.kill("B")]);
    await this.#engine.close();
  }

  /** For `serve`: answers what is the demo's. @param {Message} request @param {Answer} response @param {URL} url */
  handle = async (request, response, { pathname, searchParams }) => {
    if (pathname.startsWith("/live/gateway/")) {
      request.url = forGateway(request);
      await this.#answer(request, response);
      return true;
    }
    const [, action] = /^\/live\/(state|kill|start|rate)$/.exec(pathname) ?? [];
    if (!action) return false;
    const get = action === "state";
    const name = searchParams.get("name") ?? "";
    const rate = Number(searchParams.get("n"));
    if (request.method !== (get ? "GET" : "POST")) send(response, 405, { error: "another method" });
    else if (!get && !sameOrigin(request.headers)) send(response, 403, { error: "another origin" });
    else if (/^(kill|start)$/.test(action) && name !== "A" && name !== "B") {
      send(response, 400, { error: "there is no such gateway" });
    } else if (action === "rate" && !RATES.includes(rate)) {
      send(response, 400, { error: `n must be one of ${RATES.join(", ")}` });
    } else {
      if (action === "kill") await this.kill(name);
      if (action === "start") await this.start(name);
      if (action === "rate") this.#write(rate);
      send(response, 200, this.state);
    }
    return true;
  };

  /** For `serve`: takes WebSockets. @param {Message} request @param {import("node:stream").Duplex} socket @param {Buffer} head */
  upgrade = (request, socket, head) => {
    const running = request.url?.startsWith("/live/gateway/") ? this.#next() : undefined;
    if (!running) return void socket.destroy();
    request.url = forGateway(request);
    running.take(request, socket, head);
  };

  get state() {
    const gateways = ["A", "B"].map((name) => {
      const running = this.#running.get(name);
      return {
        name,
        running: running !== undefined,
        clients: running?.gateway.live?.sessions.size ?? 0,
      };
    });
    return { gateways, rate: this.#rate };
  }

  #next() {
    const all = [...this.#running.values()];
    return all[this.#turn++ % all.length];
  }

  /** Writes the log at a rate, while somebody is connected. @param {number} rate events a second */
  #write(rate) {
    this.#rate = rate;
    clearInterval(this.#timer);
    if (rate === 0) return;
    let due = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      const writer = [...this.#running.values()].find(({ gateway }) => gateway.live?.sessions.size);
      if (!writer) {
        due = now;
        return;
      }
      for (let left = rate; due < now && left > 0; left--, due += 1000 / rate) {
        const n = this.#serial++;
        const text = lines[(n * 5) % lines.length];
        writer.gateway.live?.publish("log", "line", { n, text }).catch(() => {});
      }
      due = Math.max(due, now - 1000);
    }, EVERY);
  }
}

/** @param {MemoryEngine} engine that all gateways share */
async function open(engine) {
  const gateway = await Gateway.open({
    engine: shared(engine),
    authorize: () => true,
    live: {
      authenticate: (token) => ({ id: token ?? "anyone" }),
      channels: {
        room: { mode: "latest", presence: true },
        log: { history: 100_000, write: false },
        "*": { presence: true },
      },
    },
  });
  const door = new EventEmitter();
  await attach(/** @type {any} */ (door), gateway);
  /** @type {Set<import("node:stream").Duplex>} */
  const sockets = new Set();
  return {
    gateway,
    /** @param {Message} request @param {import("node:stream").Duplex} socket @param {Buffer} head */
    take(request, socket, head) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      door.emit("upgrade", request, socket, head);
    },
    async kill() {
      for (const socket of sockets) socket.destroy();
      await gateway.close();
    },
  };
}

/** An engine that one gateway cannot close for the others. @param {MemoryEngine} engine */
const shared = (engine) =>
  new Proxy(engine, {
    get: (target, name) => {
      const value = name === "close" ? async () => {} : Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

/** @param {Message} request */
const forGateway = ({ url = "" }) => `/apus/${url.slice("/live/gateway/".length)}`;
