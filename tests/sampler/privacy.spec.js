// Where the numbers go: no redirect is followed, no cookie is sent, and a collector that allows
// little gets plain bodies.
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { test as base, expect } from "../browser.js";

/** Another origin, whose answers a test sets. */
const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  other: async ({}, use) => {
    const other = {
      ...{ url: "", status: 204, location: "", allowed: "content-type, content-encoding" },
      /** @type {{ path: string, cookie: string | undefined, gzip: boolean, text: string }[]} */
      got: [],
    };
    const server = createServer(async (request, response) => {
      const { origin = "*", cookie } = request.headers;
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("access-control-allow-credentials", "true");
      response.setHeader("access-control-allow-headers", other.allowed);
      if (request.method === "OPTIONS") return response.writeHead(204).end();
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      const gzip = request.headers["content-encoding"] === "gzip";
      const text = String(gzip ? gunzipSync(raw) : raw);
      const path = String(request.url);
      other.got.push({ path, cookie, gzip, text });
      const moved = other.location && path === "/batches";
      return response.writeHead(moved ? 307 : 204, moved ? { location: other.location } : {}).end();
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {any} */ (server.address());
    other.url = `http://localhost:${port}`; // the same site: cookies are Lax
    await use(other);
    server.close();
    server.closeAllConnections();
  },
});

// The test server's own policy allows no other origin.
test.use({ bypassCSP: true });

/** @param {import("@playwright/test").Page} page @param {string} query */
async function open(page, query) {
  await page.goto(`/tests/sampler/pages/send.html?n=7&${query}`);
  await page.waitForFunction(() => "sampler" in globalThis);
}

for (const way of ["", "no-fetch-later"]) {
  const how = way ? "the last request" : "fetchLater";
  test(`${how} follows no redirect to another origin`, async ({ page, server, other }) => {
    other.location = `${other.url}/elsewhere`;
    await open(page, `${way}&to=${other.url}/batches`);
    await page.goto(`${server.url}/tests/pages/blank.html`);
    await expect.poll(() => other.got.length).toBeGreaterThan(0);
    // A request that followed the redirect would arrive before the next one.
    await page.evaluate((url) => fetch(`${url}/last`, { method: "POST", body: "" }), other.url);
    await expect.poll(() => other.got.some(({ path }) => path === "/last")).toBe(true);
    expect(other.got.filter(({ path }) => path === "/elsewhere")).toEqual([]);
  });

  test(`${how} carries no cookie unless asked to`, async ({ page, context, server, other }) => {
    for (const credentials of ["", "include"]) {
      const mine = () => other.got.filter(({ path }) => path === `/${credentials}`);
      await context.addCookies([{ name: "who", value: "ann", url: other.url }]);
      await open(page, `${way}&to=${other.url}/${credentials}&credentials=${credentials}`);
      await page.goto(`${server.url}/tests/pages/blank.html`);
      await expect.poll(() => mine().length).toBeGreaterThan(0);
      const cookies = new Set(mine().map(({ cookie }) => cookie));
      expect(cookies).toEqual(new Set([credentials ? "who=ann" : undefined]));
    }
  });
}

test("a collector that allows only content-type gets plain bodies", async ({ page, other }) => {
  other.allowed = "content-type";
  await open(page, `no-fetch-later&to=${other.url}/batches`);
  const sent = await page.evaluate(async () => {
    const { sampler } = /** @type {any} */ (globalThis);
    sampler.trackAll(
      "many",
      Array.from({ length: 2000 }, (_, i) => 1.01 ** i),
    );
    await sampler.flush();
    sampler.track("more", 1);
    await sampler.flush();
    return sampler.report().losses.refused;
  });
  expect(sent).toBe(0);
  expect(other.got.map(({ gzip }) => gzip)).toEqual([false, false]);
  expect(other.got[0].text.length).toBeGreaterThan(1000);
  expect(other.got[1].text).toContain('"more"');
});
