import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { attachTo } from "./live/web-socket.node.js";

/** @typedef {import("./live/live.node.js").Live} Live */
/** @typedef {(request: Request, connection: { address: string }) => Promise<Response>} Handle */

/**
 * Node's listener for requests, around anything that answers a `Request` with a `Response`.
 * @param {{ handle: Handle }} gateway
 * @returns {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => Promise<void>}
 */
export function listener(gateway) {
  return async (message, answer) => {
    const request = requestOf(message);
    const address = message.socket.remoteAddress ?? "";
    const response = request
      ? await gateway.handle(request, { address })
      : new Response(null, { status: 400 });
    try {
      answer.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body && message.method !== "HEAD") {
        await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), answer);
      } else answer.end();
    } catch {
      answer.destroy(); // the client is gone
    }
    // A body that nobody wanted is not read to its end.
    if (!message.complete) message.destroy();
  };
}

/**
 * Lets a server of your own take the WebSockets of a gateway that has `live`. Its other requests go
 * through `listener`.
 * @param {import("node:http").Server | import("node:https").Server} server
 * @param {{ live?: Live, base: string }} gateway
 * @returns {Promise<() => void>} ends it; connections that are there go on
 * @throws {import("../core/errors.js").ApusError} `NO_SERVER` when the package ws is not installed
 */
export const attach = (server, gateway) => attachTo(server, gateway);

/**
 * Serves a gateway with Node's `http`, and its live side by WebSockets.
 * @param {{ handle: Handle, close?: () => Promise<void>, live?: Live, base?: string }} gateway
 * @param {{ port?: number, host?: string, bodyTimeout?: number }} [options] port 0: a free one;
 *   `bodyTimeout`: ms in which a request must be there, body included
 * @returns {Promise<{ url: string, stop: (options?: { grace?: number }) => Promise<void> }>} `stop`
 *   tells clients of `live` to go elsewhere, answers the requests under way, for `grace` ms at most, and
 *   closes the gateway
 * @throws {import("../core/errors.js").ApusError} `NO_SERVER` when the gateway has `live` and the
 *   package ws is not installed
 */
export async function serve(gateway, { port = 0, host = "127.0.0.1", bodyTimeout = 10_000 } = {}) {
  const server = createServer(
    { requestTimeout: bodyTimeout, headersTimeout: bodyTimeout, connectionsCheckingInterval: 500 },
    listener(gateway),
  );
  const { live, base = "/apus/" } = gateway;
  if (live) await attach(server, { live, base });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    async stop({ grace = 5000 } = {}) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), grace);
      await live?.drain(grace);
      await closed;
      clearTimeout(timer);
      await gateway.close?.();
    },
  };
}

/** @param {import("node:http").IncomingMessage} message @returns {Request | undefined} */
function requestOf(message) {
  const { method = "GET", url = "/", rawHeaders } = message;
  const headers = new Headers();
  try {
    for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i], rawHeaders[i + 1]);
    const body = method === "GET" || method === "HEAD" ? undefined : Readable.toWeb(message);
    // The path alone: what a client claims as its host decides nothing.
    const options = { method, headers, body, duplex: "half" };
    return new Request(
      new URL(url.replace(/^\/+/, "/"), "http://gateway.invalid"),
      /** @type {any} */ (options),
    );
  } catch {
    return undefined;
  }
}
