// Browser tests of apus/query: a page that can import /store/page.js, which exports tests/query/page.js.
import { test as base, expect } from "../store/fixture.js";
import { serveStore } from "../store/server.js";

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await serveStore(["../query/page.js"]);
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
});

export { expect };
