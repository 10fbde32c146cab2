// The tests' pages and a gateway at one origin, for browsers.
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { serve as serveGateway } from "../../../js/gateway/serve.node.js";

/**
 * @param {string} pages the URL of the server of the pages
 * @param {{ engine?: MemoryEngine, port?: number, scripts?: Record<string, string>, sockets?: boolean }} [options]
 *   `engine`: of an earlier one that has stopped; `scripts`: by path, besides the pages; `sockets` false:
 *   WebSockets are refused
 * @returns {Promise<{ url: string, port: number, gateway: Gateway, stop: () => Promise<void> }>} the
 *   gateway is at `/gateway/`
 */
export async function startServer(pages, options = {}) {
  const { engine = new MemoryEngine(), port, scripts = {}, sockets = true } = options;
  const gateway = await Gateway.open({
    base: "/gateway/",
    engine,
    authorize: () => true,
    live: {
      channels: {
        rows: { delta: true },
        "*": { history: 20_000, presence: true, write: true },
      },
    },
  });
  /** @param {Request} request */
  const handle = async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/gateway/")) return gateway.handle(request);
    if (Object.hasOwn(scripts, pathname)) {
      return new Response(scripts[pathname], { headers: { "content-type": "text/javascript" } });
    }
    const answer = await fetch(pages + pathname + search);
    const headers = new Headers(answer.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    // Frames stand for tabs.
    const policy = headers.get("content-security-policy") ?? "";
    headers.set("content-security-policy", policy.replace("ancestors 'none'", "ancestors 'self'"));
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
  };
  const { live, base } = gateway;
  const server = await serveGateway(sockets ? { handle, live, base } : { handle }, { port });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    gateway,
    async stop() {
      await server.stop({ grace: 0 });
      await gateway.close();
    },
  };
}
