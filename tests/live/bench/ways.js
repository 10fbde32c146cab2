// A client's way to gateways: a TCP proxy that fails on demand.
import { connect, createServer } from "node:net";

/** @typedef {Awaited<ReturnType<typeof startWay>>} Way */
/** @typedef {{ client: import("node:net").Socket, remote: import("node:net").Socket, dead: boolean }} Connection */

/** @param {() => number} port of the gateway that a new connection goes to */
export async function startWay(port) {
  /** @type {Set<Connection>} */
  const connections = new Set();
  const server = createServer((client) => {
    const remote = connect(port(), "127.0.0.1");
    const it = { client, remote, dead: false };
    connections.add(it);
    for (const [socket, other] of [
      [client, remote],
      [remote, client],
    ]) {
      socket.setNoDelay(true);
      socket.on("data", (bytes) => {
        if (it.dead || other.write(bytes)) return;
        socket.pause();
        other.once("drain", () => socket.resume());
      });
      socket
        .on("error", () => {})
        .on("close", () => {
          if (other.destroyed) connections.delete(it);
          // The end of a connection that is half open is not heard of either.
          else if (!it.dead) other.destroy();
        });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port: own } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${own}`,
    /** Resets its connections. */
    kill() {
      for (const { client, remote } of connections) {
        client.resetAndDestroy();
        remote.resetAndDestroy();
      }
    },
    /** From now on its connections carry nothing, and stay open. */
    freeze() {
      for (const it of connections) it.dead = true;
    },
    /** Nothing is read from the gateway until the function is called that it returns. */
    slow() {
      const paused = [...connections].map(({ remote }) => remote.pause());
      return () => {
        for (const remote of paused) remote.resume();
      };
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { client, remote } of connections) {
        client.destroy();
        remote.destroy();
      }
      await closed;
    },
  };
}
