// Shared by the browser tests: a server for each worker, and a page that fails
// its test when it logs an error or throws.
import { test as base, expect } from "@playwright/test";
import config from "../playwright.config.js";
import { serve } from "../tools/serve.js";
import { findChromium } from "../tools/setup/chromium.js";

/**
 * @typedef {{ server: { url: string } }} WorkerFixtures
 * `server` serves demo/, dist/ (as /apus/) and tests/ on a free port of loopback.
 */
export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await serve();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  // A test removes the console errors and exceptions that it expects from this
  // list.
  problems: async ({ page }, use) => {
    /** @type {string[]} */
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await use(problems);
    expect(problems).toEqual([]);
  },
});

/** For `test.use`: the back/forward cache, which Playwright disables and the headless shell lacks. */
export const backForwardCache = {
  launchOptions: {
    ...config.use?.launchOptions,
    executablePath: findChromium(),
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  },
};

export { expect };
