// The tests' pages and a gateway at one origin, for browsers.
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve as serveGateway } from "../../../js/gateway/serve.node.js";

/**
 * @param {string} pages the URL of the server of the pages
 * @returns {Promise<{ url: string, gateway: Gateway, stop: () => Promise<void> }>} the gateway is at `/gateway/`
 */
export async function startServer(pages) {
  const gateway = await Gateway.open({
    base: "/gateway/",
    authorize: () => true,
    live: { channels: { "*": { history: 20_000, presence: true, write: true } } },
  });
  /** @param {Request} request */
  const handle = async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/gateway/")) return gateway.handle(request);
    const answer = await fetch(pages + pathname + search);
    const headers = new Headers(answer.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
  };
  const server = await serveGateway({ handle, live: gateway.live, base: gateway.base });
  return {
    url: server.url,
    gateway,
    async stop() {
      await server.stop({ grace: 0 });
      await gateway.close();
    },
  };
}
