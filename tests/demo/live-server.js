// The demo "Live" with its two gateways, for each worker.
import { openLive } from "../../tools/live.js";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "../browser.js";

/** What the browser itself logs when a connection ends or is refused. */
const lostConnection = /^(Failed to load resource|WebSocket connection to)/;

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const live = await openLive();
      const { handle, upgrade } = live;
      const server = await serve({ handle, upgrade });
      await use(server);
      await server.close();
      await live.close();
    },
    { scope: "worker" },
  ],
  live: async ({ page, server, request, problems }, use) => {
    const post = (/** @type {string} */ action) =>
      request.post(`/live/${action}`, { headers: { origin: server.url } });
    await use({
      post,
      journal: page.getByRole("log", { name: "What happened" }),
      proof: page.locator("#proof"),
      client: (/** @type {string} */ name) => page.getByRole("region", { name, exact: true }),
      async visit() {
        await page.goto("/live/");
        await expect(page.locator("html[data-ready]")).toHaveCount(1);
        for (const name of ["Ada", "Grace"]) {
          const client = page.getByRole("region", { name, exact: true });
          await expect(client.getByText("Connected", { exact: true })).toBeVisible();
        }
      },
    });
    await page.close(); // or it goes on to connect
    for (const action of ["rate?n=0", "start?name=A", "start?name=B"]) await post(action);
    const own = problems.filter((text) => !lostConnection.test(text));
    problems.length = 0;
    problems.push(...own);
  },
});

export { expect };
