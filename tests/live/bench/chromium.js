// Chromium on pages of tests/, with ways to a server of events.
import { connect } from "node:net";
import { chromium } from "@playwright/test";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";

/** Free of a policy, so that it may connect to servers of other ports. @param {string} script */
const html = (script) => `<!doctype html><html lang="en"><meta charset="utf-8">
<link rel="icon" href="data:,"><title>Live</title>
<style>apus-list { height: 600px } .line { font: 14px/20px monospace; white-space: pre }</style>
<body><apus-list stick-to-end></apus-list><script type="module" src="${script}"></script>`;

/**
 * @param {{ port?: () => number }} [options] of the gateway that takes the requests below /gateway/
 */
export async function openChromium({ port } = {}) {
  /** @type {Set<import("node:net").Socket>} */
  const ways = new Set();
  const server = await serve({
    handle(_, response, { pathname }) {
      const script = /^\/live\/([\w-]+)\.html$/.exec(pathname)?.[1];
      if (script === undefined) return false;
      const headers = { "content-type": "text/html; charset=utf-8" };
      response.writeHead(200, headers).end(html(`/tests/live/bench/${script}.js`));
      return true;
    },
    upgrade(request, socket, head) {
      const way = connect(port?.() ?? 0, "127.0.0.1");
      ways.add(way);
      const { method, url, rawHeaders } = request;
      const lines = rawHeaders.map((it, i) => (i % 2 ? `${it}\r\n` : `${it}: `)).join("");
      way.write(`${method} ${url} HTTP/1.1\r\n${lines}\r\n`);
      way.write(head);
      socket.pipe(way).pipe(socket);
      way
        .on("error", () => {})
        .on("close", () => {
          ways.delete(way);
          socket.destroy();
        });
      socket.on("error", () => {}).on("close", () => way.destroy());
    },
  });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox"],
  });
  const context = await browser.newContext({ viewport: { width: 800, height: 800 } });
  return {
    browser,
    /** Connections to the gateway. */
    get connections() {
      return ways.size;
    },
    /**
     * @param {string} name of a module here
     * @param {(page: import("@playwright/test").Page) => Promise<unknown>} [prepare]
     */
    async newPage(name, prepare) {
      const page = await context.newPage();
      await prepare?.(page);
      page.on("pageerror", (error) => console.error(`page: ${error}`));
      await page.goto(`${server.url}/live/${name}.html`);
      await page.waitForFunction("window.ready");
      return page;
    },
    async close() {
      await browser.close();
      for (const way of ways) way.destroy();
      await server.close();
    },
  };
}
