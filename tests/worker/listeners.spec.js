// Routes next to the browser's navigation preload and to other listeners.
import { down, expect, ok, test } from "./fixture.js";

test("navigation preload asks for a page once, and the response is kept", async ({
  site,
  start,
  page,
}) => {
  const headers = { "content-security-policy": "default-src 'self'" };
  site.answer("/page.html", ok("<title>Page</title>", headers), down);
  await start(`route("/*.html", "network-first", { navigationPreload: true });`);
  await page.goto(`${site.url}/page.html`);
  await expect(page).toHaveTitle("Page");
  const [first] = site.requests.filter(({ path }) => path === "/page.html");
  expect(first.headers["service-worker-navigation-preload"]).toBe("true");
  expect(site.count("/page.html")).toBe(1);
  await page.reload();
  await expect(page).toHaveTitle("Page");
});

test("a listener that was added before the routes answers first", async ({ site, start, get }) => {
  site.answer("/a", ok("the route's"));
  await start(`
    addEventListener("fetch", (event) => {
      if (event.request.url.endsWith("/precached")) event.respondWith(new Response("precached"));
    });
    route("/*", "cache-first");`);
  expect(await get("/precached")).toEqual([200, "precached"]);
  expect(await get("/a")).toEqual([200, "the route's"]);
});
