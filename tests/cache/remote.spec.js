// A cache of four levels in the browser: positions lie on the disk with the data that they describe.
import { Gateway } from "../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { expect, test } from "../browser.js";

/* global cache */

/**
 * Answers /gateway/ of all pages with a gateway; `down` and `answer` make it fail.
 * @param {import("@playwright/test").BrowserContext} context
 */
async function gatewayOf(context, engine = new MemoryEngine()) {
  const gateway = await Gateway.open({ engine, base: "/gateway/", authorize: () => true });
  const state = {
    gateway,
    down: false,
    /** @type {undefined | object} of `route.fulfill` */
    answer: undefined,
    /** @type {string[]} */
    requests: [],
    json: (key, value, options = {}) =>
      gateway.values.set(key, {
        ...{ body: Buffer.from(JSON.stringify(value)), type: "application/json" },
        ...options,
      }),
  };
  await context.route("**/gateway/**", async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    state.requests.push(`${request.method()} ${url.pathname.slice("/gateway/".length)}`);
    if (state.down) return route.abort();
    if (state.answer) return route.fulfill(state.answer);
    const { method, headers, body } = {
      method: request.method(),
      headers: await request.allHeaders(),
      body: request.postDataBuffer() ?? undefined,
    };
    for (const name of Object.keys(headers)) if (name.startsWith(":")) delete headers[name];
    const response = await gateway.handle(new Request(url, { method, headers, body }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  return state;
}

/** Opens the cache "shop" as `cache` in a page. @param {import("@playwright/test").Page} page */
async function open(page, options = {}) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async (options) => {
    const { Cache } = await import("/apus/index.js");
    globalThis.told = [];
    globalThis.cache = await Cache.open("shop", {
      persist: true,
      remote: { url: "/gateway/", fastest: 20, slowest: 100 },
      ...options,
    });
    cache.addEventListener("degraded", ({ detail }) => told.push(detail.code));
    globalThis.ask = async (key, more = {}) => {
      const status = {};
      const value = await cache
        .fetch(key, undefined, { status, ...more })
        .catch(({ code }) => code);
      return [value, status.level, status.offline];
    };
  }, options);
}
const ask = (page, key, more) => page.evaluate(([key, more]) => ask(key, more), [key, more]);
const saved = (page) => page.evaluate(() => cache.flush());

test("values survive a reload, and what changed meanwhile does not", async ({ context, page }) => {
  const state = await gatewayOf(context);
  for (const key of ["a", "b", "c", "d"]) {
    await state.json(key, `${key} 1`, { tags: key === "c" ? ["red"] : [] });
  }
  await open(page);
  for (const key of ["a", "b", "c", "d"]) {
    expect(await ask(page, key)).toEqual([`${key} 1`, "remote", false]);
  }
  expect(await saved(page)).toBe(true);
  await page.goto("about:blank");
  await state.json("b", "b 2");
  await state.gateway.values.invalidate(["red"]);
  await open(page);
  await page.evaluate(() => cache.catchUp());
  expect(await ask(page, "a")).toEqual(["a 1", "disk", false]);
  expect(await ask(page, "b")).toEqual(["b 2", "remote", false]);
  expect((await ask(page, "c"))[1]).not.toBe("disk");
  expect(await ask(page, "d")).toEqual(["d 1", "disk", false]);
});

test("a page without the gateway serves the disk and says so", async ({
  context,
  page,
  problems,
}) => {
  const state = await gatewayOf(context);
  await state.json("a", 1);
  await open(page);
  await ask(page, "a");
  await saved(page);
  state.down = true;
  await open(page);
  await expect.poll(async () => (await ask(page, "a"))[2]).toBe(true);
  expect((await ask(page, "a"))[0]).toBe(1);
  expect(await ask(page, "b")).toEqual(["UNREACHABLE", undefined, undefined]);
  expect(await page.evaluate(() => told)).toEqual(["UNREACHABLE"]);
  await state.json("a", 2);
  state.down = false;
  await expect.poll(() => ask(page, "a")).toEqual([2, "memory", false]);
  problems.length = 0; // the browser reports each failed request
});

test("a draft for this page alone survives lost history; the gateway's values do not", async ({
  context,
  page,
}) => {
  const state = await gatewayOf(context, new MemoryEngine({ keepEvents: 4 }));
  await state.json("a", 1);
  await open(page);
  await ask(page, "a");
  await page.evaluate(() => cache.set("draft", "mine", { levels: ["memory", "disk"] }));
  await saved(page);
  await page.goto("about:blank");
  for (let i = 0; i < 10; i++) {
    for (const key of ["a", "draft"]) await state.json(key, i);
  }
  await open(page);
  await page.evaluate(() => cache.catchUp());
  expect(await ask(page, "a")).toEqual([9, "remote", false]);
  expect((await ask(page, "draft")).slice(0, 2)).toEqual(["mine", "disk"]);
});

test("a draft survives an invalidation of its prefix; what the gateway had does not", async ({
  context,
  page,
}) => {
  const state = await gatewayOf(context);
  for (const key of ["note:1", "other"]) await state.json(key, key);
  await open(page);
  for (const key of ["note:1", "other"]) await ask(page, key);
  await page.evaluate(() => cache.set("note:2", "draft", { levels: ["memory", "disk"] }));
  await saved(page);
  await open(page); // the draft is on the disk alone
  await state.gateway.values.invalidate([], ["note:"]);
  await page.evaluate(() => cache.catchUp());
  await saved(page);
  const disk = (key) =>
    page.evaluate((key) => cache.fetch(key, undefined, { levels: ["disk"] }), key);
  expect([await disk("note:1"), await disk("note:2"), await disk("other")]).toEqual([
    undefined,
    "draft",
    "other",
  ]);
});

test("damaged positions cost the gateway's values, and the page goes on", async ({
  context,
  page,
}) => {
  const state = await gatewayOf(context);
  await state.json("a", 1);
  await open(page);
  await ask(page, "a");
  await saved(page);
  await page.evaluate(() => cache.close());
  await page.evaluate(async () => {
    const { Store } = await import("/apus/store.js");
    const store = await Store.open("shop");
    store.set("\0apus:sync", { positions: { protocol: 1, logs: { 1: "nonsense" } } });
    await store.flush();
    await store.close();
  });
  await state.json("a", 2);
  await open(page);
  await expect.poll(async () => (await ask(page, "a"))[0]).toBe(2);
  await state.json("a", 3);
  await expect.poll(async () => (await ask(page, "a"))[0]).toBe(3);
});

test("a change reaches every tab, also for what another tab has put on the disk", async ({
  context,
  page,
}) => {
  const state = await gatewayOf(context);
  for (const key of ["a", "b"]) await state.json(key, 1);
  await open(page);
  const other = await context.newPage();
  await open(other);
  await ask(page, "a");
  await saved(page);
  await expect.poll(async () => (await ask(other, "a"))[0]).toBe(1);
  await page.close();
  await state.json("a", 2);
  await expect.poll(async () => (await ask(other, "a"))[0]).toBe(2);
  // The disk does not bring the old value back.
  await open(other);
  await other.evaluate(() => cache.catchUp());
  expect((await ask(other, "a"))[0]).toBe(2);
});

test("a load under way does not overwrite what another tab has set", async ({ context, page }) => {
  const state = await gatewayOf(context);
  await state.json("a", "old");
  await open(page);
  await page.evaluate(() => cache.catchUp());
  const other = await context.newPage();
  await open(other);
  let asked = () => {};
  let release = () => {};
  const under = new Promise((resolve) => (asked = resolve));
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/gateway/k/a", async (route) => {
    asked();
    await held;
    await route.fallback();
  });
  const answer = ask(page, "a");
  await under;
  await other.evaluate(() => cache.set("a", "newer", { levels: ["memory", "disk"] }));
  await saved(other);
  // The page has heard of it when it sees the other tab's value on the disk.
  await expect
    .poll(() => page.evaluate(() => cache.fetch("a", undefined, { levels: ["disk"] })))
    .toBe("newer");
  release();
  await answer;
  expect(await page.evaluate(() => cache.peek("a") ?? "newer")).toBe("newer");
});

test("each level keeps a value for its own time", async ({ context, page }) => {
  const state = await gatewayOf(context);
  await state.json("a", 1);
  await open(page, { ttl: 1, persist: { ttl: 3_600_000 } });
  expect((await ask(page, "a"))[1]).toBe("remote");
  // The first news of the log may come after the first answer, and drop what it brought.
  await expect(async () => {
    await page.evaluate(() => new Promise((done) => setTimeout(done, 5)));
    expect(await ask(page, "a")).toEqual([1, "disk", false]);
  }).toPass();
});

test("warm brings keys of a prefix from the disk into memory", async ({ context, page }) => {
  const state = await gatewayOf(context);
  for (const key of ["p:1", "p:2", "q:1"]) await state.json(key, key);
  await open(page);
  for (const key of ["p:1", "p:2", "q:1"]) await ask(page, key);
  await saved(page);
  await open(page);
  expect(await page.evaluate(() => cache.warm("p:"))).toBe(2);
  expect(await page.evaluate(() => [...cache.keys()].sort())).toEqual(["p:1", "p:2"]);
});

for (const [what, answer, code] of [
  ["HTML", { contentType: "text/html", body: "<h1>Log in</h1>" }, "BAD_ANSWER"],
  ["a redirect", { status: 302, headers: { location: "https://example.com/" } }, "REDIRECTED"],
  ["an error", { status: 502, body: "" }, "UNAVAILABLE"],
]) {
  test(`a gateway that answers with ${what} is down; the page goes on`, async ({
    context,
    page,
    problems,
  }) => {
    const state = await gatewayOf(context);
    await state.json("a", 1);
    await open(page);
    await ask(page, "a");
    state.answer = answer;
    expect((await ask(page, "b"))[0]).toBe(code);
    expect((await ask(page, "a"))[0]).toBe(1);
    expect(await page.evaluate(() => told)).toEqual([code]);
    state.answer = undefined;
    await expect.poll(async () => (await ask(page, "a"))[2]).toBe(false);
    problems.length = 0;
  });
}

test("a sampler hears each level's times", async ({ context, page }) => {
  const state = await gatewayOf(context);
  await state.json("a", 1);
  await open(page);
  await page.evaluate(async () => {
    const { Sampler } = await import("/apus/index.js");
    globalThis.sampler = await Sampler.start({ vitals: false });
  });
  await ask(page, "a");
  await expect
    .poll(() =>
      page.evaluate(
        () => sampler.summary("cache.level", { tags: { level: "remote", cache: "shop" } })?.count,
      ),
    )
    .toBe(1);
});
