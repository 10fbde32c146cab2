// A TCP proxy whose connections can be cut.
import { connect, createServer } from "node:net";

/** @param {number} target port of this machine */
export async function startProxy(target) {
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const remote = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [client, remote],
      [remote, client],
    ]) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
    }
    client.pipe(remote).pipe(client);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port,
    /** Ends all connections, also in the middle of an answer. */
    cut,
    /** Cuts, and takes no new connections, until `online`. */
    offline() {
      refusing = true;
      cut();
    },
    online() {
      refusing = false;
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
