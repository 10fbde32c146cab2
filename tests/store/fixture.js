// Browser tests of the store: a page at a blank document that can import /store/.
import { test as base, expect } from "@playwright/test";
import { serveStore } from "./server.js";

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await serveStore(["worker.js"]);
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  // A page at a blank document; the test fails when it logs an error or throws.
  page: async ({ page }, use) => {
    /** @type {string[]} */
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto("/tests/pages/blank.html");
    await use(page);
    expect(problems).toEqual([]);
  },
});

/** The number of rounds: `short` in `npm test`, `long` with APUS_LONG=1. */
export const rounds = (/** @type {number} */ short, /** @type {number} */ long) =>
  process.env.APUS_LONG ? long : short;

export { expect };
