// A client of the gateway's live side that says and hears frames, for tests.
import { after } from "node:test";
import { WebSocket } from "ws";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { decode, encode } from "../../../js/sync/live/frames.js";

/** @typedef {import("../../../js/gateway/live/options.node.js").LiveOptions} LiveOptions */
/** @typedef {any[]} Message */

/** @type {(() => Promise<unknown>)[]} */
const ends = [];
after(() => Promise.all(ends.map((end) => end())));

/**
 * A gateway with a server.
 * @param {LiveOptions} live @param {Partial<import("../../../js/gateway/options.node.js").GatewayOptions>} [options]
 */
export async function open(live, options) {
  const gateway = await Gateway.open({ ...options, live });
  const server = await serve(gateway);
  const stop = (grace = 0) => server.stop({ grace });
  ends.push(() => stop().catch(() => {}));
  const it = /** @type {NonNullable<typeof gateway.live>} */ (gateway.live);
  return { gateway, live: it, url: server.url, stop };
}

/** @param {() => unknown} state @param {string} what */
export async function until(state, what, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await state();
    if (value) return /** @type {any} */ (value);
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class Client {
  /** @type {Message[]} */
  heard = [];
  /** @type {{ code: number, reason: string } | undefined} */
  closed;
  /** Whether it gives the sign of life that it is asked for. */
  lives = true;
  #id = 0;

  /** @param {string} url of the server @param {{ hello?: boolean, token?: string | null, session?: string, headers?: Record<string, string> }} [options] */
  static async open(url, { hello = true, token = null, session, headers } = {}) {
    const socket = new WebSocket(`${url.replace("http", "ws")}/apus/live`, { headers });
    const client = new Client(socket);
    await new Promise((resolve, reject) => {
      socket.once("open", () => resolve(undefined));
      socket.once("error", reject);
    });
    if (hello) client.say(["hello", 1, token, { session }]);
    return client;
  }

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.socket = socket;
    ends.push(async () => socket.terminate());
    socket.on("message", (data, binary) => {
      const messages = decode(binary ? /** @type {Buffer} */ (data) : data.toString());
      this.heard.push(...messages);
      if (this.lives && messages.some(([kind]) => kind === "ping")) this.say(["pong"]);
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on("error", () => {});
  }

  /** @param {Message[]} messages */
  say(...messages) {
    this.socket.send(encode(/** @type {any} */ (messages)));
  }

  /** The first message of a kind. @param {string} kind @param {(message: Message) => unknown} [is] */
  hear(kind, is = () => true) {
    return until(
      () => {
        return this.heard.find((message) => message[0] === kind && is(message));
      },
      `${kind}; heard ${JSON.stringify(this.heard).slice(0, 500)}, closed ${this.closed?.code}`,
    );
  }

  /** @param {string} kind @param {object} args @returns {Promise<any>} the result, or [code, message, wait] */
  async ask(kind, args) {
    const id = ++this.#id;
    this.say(["ask", id, kind, args]);
    const [what, , ...parts] = await until(
      () => this.heard.find(([what, its]) => /^(ok|no)$/.test(what) && its === id),
      `the answer to ${kind}`,
    );
    return what === "ok" ? parts[0] : parts;
  }

  /** @param {string} channel @param {object} [where] @param {string} [sub] */
  async subscribe(channel, where, sub = channel) {
    this.say(["sub", sub, channel, where ?? null]);
    return (await this.hear("sub", ([, its]) => its === sub))[2];
  }

  /** The events of a subscription. @param {string} [sub] @returns {any[][]} */
  events(sub) {
    return this.heard
      .filter(([kind, its]) => kind === "ev" && (sub === undefined || its === sub))
      .flatMap((message) => message[5]);
  }

  end() {
    return until(() => this.closed, "the end of the connection");
  }
}
