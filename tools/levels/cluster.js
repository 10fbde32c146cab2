// Redis nodes and Varnish for `npm start -- --cluster`, on the loopback interface. They keep nothing.
import { serve } from "../../js/gateway/index.node.js";
import { findServers } from "../setup/servers.js";

/** @returns {string} what is not installed; "" if nothing */
export function missing() {
  if (findServers()) return "";
  return "redis-server (or valkey-server) and varnishd with its module xkey are not both installed";
}

/**
 * @param {(request: Request) => Promise<Response>} origin what Varnish asks
 */
export async function startServers(origin) {
  const { startCluster, startVarnish, until } = await import("../../tests/gateway/servers.js");
  const cluster = await startCluster();
  const backend = await serve({
    handle: (request) =>
      new URL(request.url).pathname === "/apus/health"
        ? Promise.resolve(new Response("ok", { headers: { "cache-control": "no-store" } }))
        : origin(request),
  });
  const edge = await startVarnish(backend.url);
  const masters = cluster.nodes.slice(0, 3);
  const rest = new Set(cluster.nodes);
  return {
    addresses: cluster.addresses,
    edgeUrl: edge.url,

    /** How many masters may still die: each has one replica. */
    get killable() {
      return masters.length;
    },

    /** Kills a master, and waits until its replica has taken over. */
    async killNode() {
      const node = masters.pop();
      if (!node) return undefined;
      rest.delete(node);
      const begin = performance.now();
      await node.kill();
      const [other] = rest;
      await until(async () => {
        const info = await other.ask((client) => client.cluster("NODES"));
        const lines = String(info).split("\n");
        const failed = lines.some((line) => line.includes(`:${node.port}@`) && /fail/.test(line));
        return (
          failed &&
          /cluster_state:ok/.test(String(await other.ask((client) => client.cluster("INFO"))))
        );
      }, "a replica that takes over");
      return { port: node.port, ms: Math.round(performance.now() - begin) };
    },

    /** @param {Request} request */
    edge(request) {
      const { pathname, search } = new URL(request.url);
      const { method, body, headers, signal } = request;
      const asked = new Headers(headers);
      for (const name of ["connection", "accept-encoding"]) asked.delete(name);
      const init = { method, headers: asked, body, duplex: "half", redirect: "manual", signal };
      return fetch(`${edge.url}${pathname}${search}`, /** @type {RequestInit} */ (init));
    },

    async stop() {
      await edge.stop();
      await backend.stop({ grace: 100 });
      await cluster.stop();
    },
  };
}
