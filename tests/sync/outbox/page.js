// The fixtures of the outbox's tests: a server, and an outbox in a page.
import { test as base, expect } from "../../browser.js";
import { startServer } from "./server.js";

export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  mutations: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.close();
  },
  baseURL: async ({ mutations }, use) => use(mutations.url),
});

export { expect };

/** Waits that a test does not notice, and retries without limits. */
export const retry = {
  ...{ fastest: 20, slowest: 100, attempts: 1000, unanswered: 1000 },
  budget: { capacity: 1000, perSecond: 1000 },
};

/**
 * Opens the outbox "test" as `outbox`, and defines `add(lane, n, options, more)`.
 * @param {import("@playwright/test").Page} page @param {object} [options]
 */
export async function open(page, options = {}) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(
    async (options) => {
      const { Outbox } = await import("/apus/sync.js");
      const events = [];
      const outbox = await Outbox.open("test", options);
      for (const type of ["sent", "parked", "error"]) {
        outbox.addEventListener(type, ({ detail }) => events.push([type, detail]));
      }
      const add = (lane, n, options = {}, more = {}) =>
        outbox.add(
          { url: "/mutate", body: JSON.stringify({ lane, n, ...more }) },
          { lane, ...options },
        );
      Object.assign(globalThis, { outbox, add, events });
    },
    { retry, ...options },
  );
}

/** @param {import("@playwright/test").Page} page */
export const entries = (page) => page.evaluate(() => globalThis.outbox.entries());

/** What remains. @param {import("@playwright/test").Page} page */
export const left = async (page) => (await entries(page)).length;

export const counted = (length) => Array.from({ length }, (_, n) => n);
