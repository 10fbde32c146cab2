// The five strategies, in a real service worker.
import { down, expect, ok, test } from "./fixture.js";

test("cache-first asks once and answers from the disk in the worker's next life, offline", async ({
  site,
  start,
  get,
  restart,
  ask,
}) => {
  site.answer("/api/a", ok('{"a":1}', { "content-type": "application/json", "x-own": "yes" }));
  await start(`globalThis.api = route("/api/*", "cache-first", { cache: "api" });`);
  expect(await get("/api/a")).toEqual([200, '{"a":1}']);
  expect(await get("/api/a")).toEqual([200, '{"a":1}']);
  await expect.poll(() => ask("api.stats().then((it) => it.diskBytes > 0)")).toBe(true);
  await restart();
  await site.close();
  expect(await get("/api/a")).toEqual([200, '{"a":1}']);
  expect(await get("/api/b")).toContain("TypeError");
  expect(site.count("/api/a")).toBe(1);
});

test("network-first answers from the cache when the network is down, fails or is late", async ({
  site,
  start,
  get,
}) => {
  const kept = ok("one", { "content-type": "text/plain" });
  site.answer("/down", kept, down);
  site.answer("/fails", kept, { status: 503, body: "no" });
  site.answer("/late", kept, { hang: true });
  site.answer("/new", kept, ok("two"));
  site.answer("/never", { status: 503, body: "no" });
  await start(`route("/*", "network-first", { networkTimeout: 500 });`);
  for (const path of ["/down", "/fails", "/late", "/new"]) {
    expect(await get(path)).toEqual([200, "one"]);
    const second = [200, path === "/new" ? "two" : "one"];
    // A response is kept moments after the page has it.
    await expect.poll(() => get(path)).toEqual(second);
  }
  expect(await get("/never")).toEqual([503, "no"]);
});

test("stale-while-revalidate answers at once and keeps the newer response", async ({
  site,
  start,
  get,
}) => {
  let n = 0;
  site.answer("/n", () => ok(`${++n}`, { "content-type": "text/plain" }));
  await start(`route("/n", "stale-while-revalidate");`);
  expect(await get("/n")).toEqual([200, "1"]);
  await expect.poll(async () => Number((await get("/n"))[1])).toBeGreaterThan(2);
});

test("network-only keeps nothing, and cache-only asks nobody", async ({ site, start, get }) => {
  site.answer("/net", ok("net"), down);
  await start(`route("/net", "network-only"); route("/kept", "cache-only");`);
  expect(await get("/net")).toEqual([200, "net"]);
  expect(await get("/net")).toContain("TypeError");
  expect(await get("/kept")).toContain("TypeError");
  expect(site.count("/kept")).toBe(0);
});

test("only matching GET requests are answered, by the first route that matches", async ({
  site,
  start,
  get,
}) => {
  site.answer("/a/x", ok("1"), ok("2"), ok("3"));
  site.answer("/b/x", ok("1"), ok("2"));
  await start(
    `route(/\\/a\\//, "cache-first"); route(({ url }) => url.pathname === "/a/x", "network-only");`,
  );
  expect(await get("/a/x")).toEqual([200, "1"]);
  await expect.poll(() => get("/a/x")).toEqual([200, "1"]);
  expect((await get("/a/x", { method: "POST" }))[1]).not.toBe("1");
  expect(await get("/b/x")).toEqual([200, "1"]);
  expect(await get("/b/x")).toEqual([200, "2"]);
});

test("the fallback page answers where neither cache nor network does", async ({
  site,
  start,
  page,
}) => {
  site.answer("/offline.html", ok("<title>Offline</title>"));
  site.answer("/page.html", down);
  await start(`route("/*.html", "network-first", { fallback: "/offline.html" });`);
  await page.goto(`${site.url}/page.html`);
  await expect(page).toHaveTitle("Offline");
});

test("a bad argument is named", async ({ start, ask }) => {
  await start("");
  const bad = {
    'route("/a", "fastest")': /^TypeError: route: strategy must be one of/,
    'route("a", "cache-first")': /^TypeError: route: match/,
    'route(1, "cache-first")': /^TypeError: route: match/,
    'route("/a", "cache-first", { maxBytes: 0 })': /^RangeError: route: maxBytes/,
    'route("/a", "cache-first", { ttl: "1" })': /^TypeError: route: ttl/,
    'route("/a", "cache-first", { tags: [1] })': /^TypeError: route: tags/,
    'route("/a", "cache-first", { wrong: 1 })': /^TypeError: route: unknown option "wrong"/,
    'route("/a", "cache-first", { networkTimeout: 1 })': /^TypeError: route: networkTimeout/,
  };
  for (const [code, error] of Object.entries(bad)) expect(await ask(code), code).toMatch(error);
});
