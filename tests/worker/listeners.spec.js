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

test("a page and its sampler see the stats of the worker's caches", async ({
  site,
  start,
  get,
  page,
}) => {
  site.answer("/a", ok("kept", { "content-type": "text/plain" }));
  await start(`route("/*", "cache-first", { cache: "api" });`);
  await get("/a");
  await get("/a");
  const stats = () =>
    page.evaluate(async () => (await import("/apus/worker-page.js")).routeStats());
  await expect.poll(stats).toMatchObject([{ name: "api", entries: 1 }]);
  const [{ bytes, hits, misses }] = await stats();
  expect([bytes > 4, hits + misses > 1]).toEqual([true, true]);
  const seen = await page.evaluate(async () => {
    const [{ Sampler }, { watchRoutes }] = await Promise.all([
      import("/apus/index.js"),
      import("/apus/worker-page.js"),
    ]);
    const sampler = await Sampler.start();
    const { signal } = new AbortController();
    watchRoutes({ every: 100, signal });
    for (let i = 0; i < 100; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const text = JSON.stringify(sampler.report());
      if (text.includes("worker:api")) return true;
    }
    return JSON.stringify(sampler.report());
  });
  expect(seen).toBe(true);
});
