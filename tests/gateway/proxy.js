// A TCP proxy that fails on demand, between a client and a server of this machine.
import { connect, createServer } from "node:net";

/** Answers of something else at the gateway's address. @type {Record<string, string>} */
const others = {
  garbage: "\u0000\u0001\u0002 this is no HTTP\r\n\r\n",
  html: answer("text/html", "<!doctype html><title>Sign in</title>"),
  protocol: answer("application/json", '{ "protocol": 2, "logs": {}, "more": false }'),
  shape: answer("application/json", '{ "logs": { "3": { "events": [["set"]] } }, "heads": 7 }'),
  redirect:
    "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n",
  busy: "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
  endless: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{ "logs": {',
};

/** @param {string} type @param {string} body */
function answer(type, body) {
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** @typedef {"none" | "refuse" | "stall" | "half" | "late" | keyof typeof others} Fault */

/**
 * @param {string | number} target URL or port
 * @returns {Promise<{ url: string, port: number, fault: Fault, cut: () => void, offline: () => void,
 *   online: () => void, stop: () => Promise<void> }>}
 *   `fault` counts for what arrives from now on: none; refuse: connections are reset; stall: no byte
 *   comes back; half: an answer is cut in the middle; late: answers come after 50 ms. The others are
 *   not the server's answers. `cut` resets all connections, also in the middle of an answer;
 *   `offline` cuts and refuses until `online`.
 */
export async function startProxy(target) {
  const remotePort = typeof target === "number" ? target : Number(new URL(target).port);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const server = createServer((client) => {
    if (proxy.fault === "refuse") {
      client.on("error", () => {}).resetAndDestroy();
      return;
    }
    const remote = connect(remotePort, "127.0.0.1");
    for (const socket of [client, remote]) {
      const other = socket === client ? remote : client;
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
    }
    client.on("data", (bytes) => {
      const { fault } = proxy;
      if (fault in others) client.write(others[fault]);
      else if (fault !== "stall") remote.write(bytes);
    });
    remote.on("data", (bytes) => {
      const { fault } = proxy;
      if (fault === "late") setTimeout(() => client.write(bytes), 50);
      else if (fault === "half") client.end(bytes.subarray(0, bytes.length >> 1));
      else if (fault !== "stall") client.write(bytes);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const proxy = {
    url: `http://127.0.0.1:${port}`,
    port,
    fault: /** @type {Fault} */ ("none"),
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    offline() {
      proxy.fault = "refuse";
      proxy.cut();
    },
    online() {
      proxy.fault = "none";
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      proxy.cut();
      await closed;
    },
  };
  return proxy;
}
