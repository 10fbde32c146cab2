// What is kept, and for how long.
import { down, expect, ok, test } from "./fixture.js";

const text = { "content-type": "text/plain" };

/** Waits until the worker has kept so many. */
const kept = (ask, entries) =>
  expect.poll(() => ask("it.stats().then(({ entries }) => entries)")).toBe(entries);

test("a tag invalidates in the worker, and by a cache of that name in a page", async ({
  site,
  start,
  get,
  ask,
  page,
}) => {
  site.answer("/a", ok("1", { ...text, "apus-tags": "cities,city%3A1" }), ok("2", text), ok("3"));
  await start(`globalThis.it = route("/a", "cache-first", { cache: "api", tags: ["all"] });`);
  expect(await get("/a")).toEqual([200, "1"]);
  await kept(ask, 1);
  expect(await ask('it.invalidateTag("city:1")')).toBe(1);
  expect(await get("/a")).toEqual([200, "2"]);
  await kept(ask, 1);
  await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    const cache = await Cache.open("api", { persist: true });
    cache.invalidateTag("all");
    await cache.flush();
    await cache.close();
  });
  await expect.poll(() => get("/a")).toEqual([200, "3"]);
});

test("a response asked for before its tag was invalidated is not kept", async ({
  site,
  start,
  get,
  ask,
}) => {
  site.answer("/a", ok("a slow answer of some length", text, { slow: 300 }), ok("new", text));
  await start(`globalThis.it = route("/a", "cache-first", { tags: ["all"] });`);
  await ask("it.stats()");
  const first = get("/a");
  await expect.poll(() => site.count("/a")).toBe(1);
  await ask('it.invalidateTag("all")');
  expect(await first).toEqual([200, "a slow answer of some length"]);
  expect(await get("/a")).toEqual([200, "new"]);
});

test("each variant of Vary is kept, and Vary: * is not", async ({ site, start, get, ask }) => {
  const lang = ({ headers }) => headers["x-lang"];
  site.answer("/v", (asked) => ok(lang(asked), { ...text, vary: "Accept-Encoding, X-Lang" }));
  site.answer("/any", ok("1", { vary: "*" }), ok("2"));
  await start(`globalThis.it = route("/*", "cache-first");`);
  const ask2 = (name) => get("/v", { headers: { "x-lang": name } });
  expect(await ask2("de")).toEqual([200, "de"]);
  await kept(ask, 2);
  expect(await ask2("en")).toEqual([200, "en"]);
  await kept(ask, 3);
  expect([await ask2("de"), await ask2("en")]).toEqual([
    [200, "de"],
    [200, "en"],
  ]);
  expect(site.count("/v")).toBe(2);
  expect([await get("/any"), await get("/any")]).toEqual([
    [200, "1"],
    [200, "2"],
  ]);
});

test("no-store, errors and broken bodies are not kept", async ({ site, start, get }) => {
  site.answer("/private", "1", "2");
  site.answer("/error", ok("1", text, { status: 404 }), ok("2"));
  site.answer("/cut", ok("broken off", text, { length: 100 }), ok("whole"));
  await start(`route("/*", "cache-first");`);
  for (const path of ["/private", "/error", "/cut"]) await get(path);
  expect(await get("/private")).toEqual([200, "2"]);
  expect(await get("/error")).toEqual([200, "2"]);
  expect(await get("/cut")).toEqual([200, "whole"]);
});

test("budgets evict the least recently used, on the disk too", async ({
  site,
  start,
  get,
  ask,
  restart,
}) => {
  for (const path of ["/1", "/2", "/3"]) site.answer(path, ok(path, text), down);
  await start(`globalThis.it = route("/*", "cache-first", { maxEntries: 2 });`);
  for (const path of ["/1", "/2", "/3"]) await get(path);
  await expect.poll(() => ask("it.stats().then(({ evictions }) => evictions)")).toBe(1);
  await ask("new Promise((resolve) => setTimeout(resolve, 500))");
  await restart();
  expect(await get("/2")).toEqual([200, "/2"]);
  expect(await get("/3")).toEqual([200, "/3"]);
  expect(await get("/1")).toContain("TypeError");
});

test("bodies count in full towards maxBytes, in the worker's next life as well", async ({
  site,
  start,
  get,
  ask,
  restart,
}) => {
  const body = "x".repeat(10_000);
  for (const path of ["/1", "/2", "/3"]) site.answer(path, ok(path + body, text), down);
  await start(`globalThis.it = route("/*", "cache-first", { maxBytes: 25_000 });`);
  for (const path of ["/1", "/2"]) await get(path);
  await kept(ask, 2);
  await ask("new Promise((resolve) => setTimeout(resolve, 500))");
  await restart();
  expect((await get("/3"))[0]).toBe(200);
  await expect.poll(() => ask("it.stats().then(({ evictions }) => evictions)")).toBe(1);
  expect((await get("/3"))[1]).toBe(`/3${body}`);
});

test("a response is not served after its ttl", async ({ site, start, get }) => {
  site.answer("/a", ok("1", text), ok("2", text));
  await start(`route("/a", "cache-first", { ttl: 1000 });`);
  expect(await get("/a")).toEqual([200, "1"]);
  await expect.poll(() => get("/a")).toEqual([200, "2"]);
});

test("large and compressed bodies are kept whole, and ranges of them answered", async ({
  site,
  start,
  get,
  ask,
}) => {
  const large = "0123456789".repeat(300_000);
  site.answer("/large.txt", ok(large, text), down);
  site.answer("/clip.mp4", ok("0123456789", { "content-type": "video/mp4" }), down);
  await start(`globalThis.it = route("/*", "cache-first");`);
  expect(await get("/large.txt")).toEqual([200, large]);
  expect(await get("/clip.mp4")).toEqual([200, "0123456789"]);
  await kept(ask, 2);
  expect(await get("/large.txt")).toEqual([200, large]);
  const range = (value, path = "/clip.mp4") => get(path, { headers: { range: value } });
  expect(await range("bytes=2-4")).toEqual([206, "234"]);
  expect(await range("bytes=7-")).toEqual([206, "789"]);
  expect(await range("bytes=-2")).toEqual([206, "89"]);
  expect(await range("bytes=10-")).toEqual([416, ""]);
  expect(await range("bytes=0-1,4-5")).toEqual([200, "0123456789"]);
  expect(await range("bytes=2999998-5000000", "/large.txt")).toEqual([206, "89"]);
});

test("opaque responses are kept when a route wants it, at a fixed charge", async ({
  site,
  start,
  get,
  ask,
}) => {
  site.answer("/o", ok("secret", text));
  site.answer("/refused", ok("secret", text));
  await start(`globalThis.it = route(/\\/o$/, "cache-first", { opaque: true });
    route(/\\/refused/, "cache-first");`);
  for (const path of ["/o", "/refused", "/refused"])
    expect(await get(site.other + path, { mode: "no-cors" })).toEqual([0, ""]);
  await kept(ask, 1);
  expect(await ask("it.stats().then(({ bytes }) => bytes >= 7 << 20)")).toBe(true);
  expect(await get(`${site.other}/o`, { mode: "no-cors" })).toEqual([0, ""]);
  expect([site.count("/o"), site.count("/refused")]).toEqual([1, 2]);
});
