// A gateway on a port of loopback, and caches in front of it.
import { Cache } from "../../js/cache/cache.js";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { serve } from "../../js/gateway/serve.node.js";

/**
 * @typedef {{ gateway: Gateway, url: string, requests: string[], open: (remote?: object, options?: object) => Promise<any> }} Served
 * @param {(served: Served) => Promise<void>} body @param {object} [options] of the gateway
 */
export async function served(body, options = {}) {
  const gateway = await Gateway.open({ authorize: () => true, ...options });
  /** @type {string[]} */
  const requests = [];
  const server = await serve({
    handle(request, connection) {
      requests.push(`${request.method} ${new URL(request.url).pathname.replace("/apus/", "")}`);
      return gateway.handle(request, connection);
    },
    close: () => gateway.close(),
  });
  /** @type {any[]} */
  const caches = [];
  const open = async (remote = {}, more = {}) => {
    const url = `${server.url}/apus/`;
    const cache = await Cache.open("test", {
      ...more,
      remote: { url, fastest: 20, slowest: 50, ...remote },
    });
    caches.push(cache);
    return cache;
  };
  try {
    await body({ gateway, url: server.url, requests, open });
  } finally {
    for (const cache of caches) await cache.close();
    await server.stop({ grace: 100 });
  }
}

export const json = (/** @type {unknown} */ value) => ({
  body: Buffer.from(JSON.stringify(value)),
  type: "application/json",
});
export const limit = { timeout: 60_000 };
