// A site with its own collector, which tests can make fail.
import { gunzipSync } from "node:zlib";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "../browser.js";

export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  site: async ({}, use) => {
    const site = { url: "", status: 204, asked: 0, /** @type {any[]} */ batches: [] };
    const server = await serve({
      async handle(request, response, url) {
        if (url.pathname !== "/batches") return false;
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const raw = Buffer.concat(chunks);
        const gzip = request.headers["content-encoding"] === "gzip";
        if (site.status < 300) {
          site.batches.push(JSON.parse(String(gzip ? gunzipSync(raw) : raw)));
        }
        response.writeHead(site.status).end();
        site.asked++;
        return true;
      },
    });
    site.url = `${server.url}/tests/sampler/pages/send.html`;
    await use(site);
    await server.close();
  },
});

export { expect };
