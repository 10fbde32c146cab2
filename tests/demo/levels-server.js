// The demo "Levels" with its gateway, for each worker.
import { openLevels } from "../../tools/levels.js";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "../browser.js";

/** What the browser itself logs for a failed request. */
const failedRequest = /^Failed to load resource/;

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const levels = await openLevels();
      const { handle } = levels;
      const server = await serve({ handle });
      await use(server);
      await server.close();
      await levels.close();
    },
    { scope: "worker" },
  ],
  levels: async ({ page, server, request, problems }, use) => {
    const post = (/** @type {string} */ action) =>
      request.post(`/levels/${action}`, { headers: { origin: server.url } });
    await post("start");
    const journal = page.getByRole("log", { name: "What happened" });
    const column = (/** @type {string} */ name) => page.locator(`[data-level=${name}].column`);
    await use({
      post,
      journal,
      column,
      button: (/** @type {string | RegExp} */ name) => page.getByRole("button", { name }),
      product: (/** @type {number} */ id) => page.locator(`[data-key="product:${id}"]`),
      /** @param {import("@playwright/test").Page} [tab] */
      async visit(tab = page) {
        await tab.goto("/levels/");
        await expect(tab.locator("html[data-ready]")).toHaveCount(1);
      },
      /** Calls `again` until a text is there, because what it does may meet a pause of the network. */
      async says(text, again = async () => {}) {
        await expect(async () => {
          await again();
          await expect(journal).toContainText(text, { timeout: 1000 });
        }).toPass();
      },
    });
    await page.close(); // or it goes on to ask
    const own = problems.filter((text) => !failedRequest.test(text));
    problems.length = 0;
    problems.push(...own);
    await post("start");
  },
});

export { expect };
