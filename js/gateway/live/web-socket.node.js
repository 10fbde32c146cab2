import { randomBytes } from "node:crypto";
import { ApusError } from "../../core/errors.js";
import { Session } from "./session.node.js";

/** @typedef {import("./live.node.js").Live} Live */
/** @typedef {import("./session.node.js").Transport} Transport */

const LAST_WORDS = 2000; // ms for a client to agree to the end of its connection

/**
 * The package ws, which is only needed for WebSockets.
 * @returns {Promise<typeof import("ws")>}
 * @throws {ApusError} `NO_SERVER`
 */
export async function webSockets() {
  try {
    return await import("ws");
  } catch (cause) {
    const hint = "WebSockets need the package ws: npm install ws";
    throw new ApusError("NO_SERVER", hint, { cause });
  }
}

/** A WebSocket as a session sees it. @implements {Transport} */
class Socket {
  #socket;

  /** @param {import("ws").WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
  }

  /** @type {Transport["send"]} */
  send({ bytes, binary }) {
    this.#socket.send(bytes, { binary });
  }

  queued() {
    return this.#socket.bufferedAmount;
  }

  /** @type {Transport["close"]} */
  close(status, reason) {
    this.#socket.close(status, reason);
    setTimeout(() => this.#socket.terminate(), LAST_WORDS).unref();
  }
}

/** @typedef {{ session: Session }} Held a socket with its session */

// One function for all sockets: a closure for each would be most of an idle client's memory.
/** @this {Held} @param {Buffer} data @param {boolean} binary */
function received(data, binary) {
  this.session.receive(binary ? data : data.toString());
}
/** @this {Held} @param {number} status */
function closed(status) {
  this.session.lost(status === 1000);
}
/** @this {Held} @param {Error & { code?: string }} error */
function failed({ code }) {
  const large = code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
  this.session.end(4400, large ? "the frame is too large" : "that is not a WebSocket frame");
}

/** The client is gone before it was one. */
function gone() {}

/**
 * Takes the upgrades of a server that ask for a gateway's `live`; others are left to their listeners.
 * @param {import("node:http").Server | import("node:https").Server} server
 * @param {{ live?: Live, base: string }} gateway
 * @returns {Promise<() => void>} ends it
 */
export async function attachTo(server, { live, base }) {
  if (!live) throw new TypeError("attach: the gateway has no live");
  const { WebSocketServer } = await webSockets();
  const sockets = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false },
    maxPayload: live.limits.message,
  });
  /** @type {(message: import("node:http").IncomingMessage, socket: any, head: Buffer) => void} */
  const upgrade = (message, socket, head) => {
    const ours = message.url?.replace(/\?.*/, "") === `${base}live`;
    if (!ours && server.listenerCount("upgrade") > 1) return;
    socket.on("error", gone);
    if (!ours) return refuse(socket, "404 Not Found");
    if (live.draining) return refuse(socket, "503 Service Unavailable", "Retry-After: 1\r\n");
    sockets.handleUpgrade(message, socket, head, (opened) => {
      const opening = live.opening(message.url ?? "/", message.rawHeaders);
      const id = randomBytes(16).toString("base64url");
      const held = /** @type {any} */ (opened);
      held.session = new Session(live, new Socket(opened), id, opening);
      held.on("message", received).on("close", closed).on("error", failed);
    });
  };
  server.on("upgrade", upgrade);
  return () => void server.off("upgrade", upgrade);
}

/** @param {import("node:stream").Duplex} socket @param {string} status */
function refuse(socket, status, headers = "") {
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
