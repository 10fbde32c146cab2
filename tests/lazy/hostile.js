// A page, and a server that misbehaves.
import { createHash } from "node:crypto";
import { test as base } from "../browser.js";
import { hostileServer } from "../hostile-server.js";

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await hostileServer();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  page: async ({ page, server }, use) => {
    server.reset();
    server.answer("/open.html", open);
    await page.goto("/tests/pages/blank.html");
    await use(page);
  },
});

export const open = { type: "text/html", body: "<!doctype html><title>No policy</title>" };

export const hash = (body) => `sha384-${createHash("sha384").update(body).digest("base64")}`;

export const good = `export const who = "good";`;

export const evil = `globalThis.evil = true; export const who = "evil";`;

/** @returns the result, the error's code, or "evil ran" */
export const load = (page, url, options = {}) =>
  page.evaluate(
    async ([url, options]) => {
      const { lazy } = await import("/apus/index.js");
      const describe = (result) => {
        if (result instanceof HTMLImageElement) return result.naturalWidth;
        if (result instanceof CSSStyleSheet) return result.cssRules.length;
        if (result instanceof Uint8Array) return result.length;
        return result?.who ?? result?.size ?? "something";
      };
      const result = await lazy(url, options).then(describe, ({ code, name }) => code ?? name);
      return globalThis.evil ? "evil ran" : result;
    },
    [url, options],
  );
