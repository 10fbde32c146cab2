// A page under a service worker of routes, and the server behind it.
import { test as base, expect } from "../browser.js";
import { hostileServer } from "../hostile-server.js";

/** An answer that may be kept. @param {string} body @param {object} [headers] @param {object} [more] */
export const ok = (body, headers, more) => ({
  body,
  headers: { "cache-control": "no-cache", ...headers },
  ...more,
});

export const down = { reset: true };

export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  site: async ({}, use) => {
    const site = await hostileServer();
    await use(site);
    await site.close();
  },
  /** Starts the worker with the lines, and opens a page that it controls. */
  start: async ({ site, page }, use) => {
    await use(async (/** @type {string} */ lines) => {
      site.answer("/sw.js", {
        body: `import { route, Cache } from "/apus/worker.js";
          addEventListener("activate", (event) => event.waitUntil(clients.claim()));
          addEventListener("message", async ({ data, source }) => {
            const work = async () => await eval(data);
            source.postMessage(await work().catch(String));
          });
          ${lines}`,
        headers: { "content-security-policy": "script-src 'self' 'unsafe-eval'" },
      });
      // Without the server's policy, which allows no other origin.
      const free = { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" };
      site.answer("/tests/", { body: "<!doctype html>", type: "text/html", headers: free });
      await page.goto(`${site.url}/tests/`);
      await page.evaluate(async () => {
        const controlled = new Promise((resolve) => {
          navigator.serviceWorker.oncontrollerchange = resolve;
        });
        await navigator.serviceWorker.register("/sw.js", { type: "module" });
        if (!navigator.serviceWorker.controller) await controlled;
      });
    });
  },
  /** What the page gets: [status, body], or the error. */
  get: async ({ page }, use) => {
    await use((/** @type {string} */ path, /** @type {RequestInit} */ init) =>
      page.evaluate(
        async ([path, init]) => {
          try {
            const response = await fetch(path, init);
            return [response.status, await response.text()];
          } catch (error) {
            return String(error);
          }
        },
        [path, init],
      ),
    );
  },
  /** Runs an expression in the worker. */
  ask: async ({ page }, use) => {
    await use((/** @type {string} */ code) =>
      page.evaluate(async (code) => {
        const answer = new Promise((resolve) => {
          navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
          navigator.serviceWorker.startMessages();
        });
        navigator.serviceWorker.controller.postMessage(code);
        return answer;
      }, code),
    );
  },
  /** Ends the worker as the browser does; the next request starts it. */
  restart: async ({ page, context }, use) => {
    await use(async () => {
      const session = await context.newCDPSession(page);
      await session.send("ServiceWorker.enable");
      await session.send("ServiceWorker.stopAllWorkers");
      await session.detach();
    });
  },
});

test.use({ serviceWorkers: "allow" });

export { expect };
