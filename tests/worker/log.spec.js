// Routes follow a gateway's log: what was invalidated is not served, also when the worker slept.
import { Gateway, listener } from "../../js/gateway/index.node.js";
import { serve } from "../../tools/serve.js";
import { hostileSite } from "../hostile-server.js";
import { test as base, expect, ok } from "./fixture.js";

const text = { "content-type": "text/plain", "apus-tags": "cities,city%3A1" };

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  gateway: async ({}, use) => {
    const open = () => Gateway.open({ base: "/gateway/", authorize: () => true });
    let gateway = await open();
    let answer = listener(gateway);
    const state = {
      /** Its log is gone. */
      async restart() {
        await gateway.close();
        gateway = await open();
        answer = listener(gateway);
      },
      away: false,
      /** @param {any} request @param {any} response */
      handle: async (request, response) => {
        if (state.away) response.destroy();
        else await answer(request, response);
        return true;
      },
    };
    await use(state);
    await gateway.close();
  },
  /** With the gateway at /gateway/. */
  site: async ({ gateway }, use) => {
    const site = hostileSite();
    const server = await serve({
      handle: (request, response, url) =>
        (url.pathname.startsWith("/gateway/") ? gateway : site).handle(request, response, url),
    });
    await use({ ...site, ...server });
    await server.close();
  },
  invalidate: async ({ site }, use) => {
    await use(async (/** @type {object} */ what) => {
      const response = await fetch(`${site.url}/gateway/invalidate`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(what),
      });
      expect(response.status).toBe(200);
      return response.json();
    });
  },
});

const follows = `globalThis.it = route("/*.txt", "cache-first", { cache: "api", gateway: "/gateway/" });`;

/** Waits until the route follows the log, and has kept the response. */
async function kept({ get, ask, restart }, path, body) {
  await expect
    .poll(async () => {
      await get(path);
      return ask("it.stats().then(({ entries }) => entries)");
    })
    .toBeGreaterThan(0);
  await ask("new Promise((resolve) => setTimeout(resolve, 500))");
  await restart();
  expect(await get(path)).toEqual([200, body]);
}

for (const [name, what] of Object.entries({
  tag: { tags: ["city:1"] },
  prefix: { prefixes: ["city:"] },
})) {
  test(`a ${name} that was invalidated while the worker slept is not served`, async ({
    site,
    invalidate,
    start,
    get,
    ask,
    restart,
  }) => {
    let body = "1";
    site.answer("/a.txt", () => ok(body, text));
    site.answer("/other.txt", () => ok(body, { ...text, "apus-tags": "else" }));
    await start(follows);
    await kept({ get, ask, restart }, "/other.txt", "1");
    await expect
      .poll(() => get("/a.txt").then(() => ask("it.stats().then(({ entries }) => entries)")))
      .toBe(2);
    await ask("new Promise((resolve) => setTimeout(resolve, 500))");
    body = "2";
    expect(await get("/a.txt")).toEqual([200, "1"]);
    await restart();
    await invalidate(what);
    expect(await get("/a.txt")).toEqual([200, "2"]);
    expect(await get("/other.txt")).toEqual([200, "1"]);
    await expect.poll(() => ask("it.stats().then(({ entries }) => entries)")).toBe(2);
  });
}

test("without its gateway the worker serves what it has", async ({
  site,
  gateway,
  invalidate,
  start,
  get,
  ask,
  restart,
}) => {
  site.answer("/a.txt", ok("1", text), ok("2", text));
  await start(follows);
  await kept({ get, ask, restart }, "/a.txt", "1");
  await invalidate({ tags: ["cities"] });
  gateway.away = true;
  await restart();
  expect(await get("/a.txt")).toEqual([200, "1"]);
  gateway.away = false;
  await restart();
  expect(await get("/a.txt")).toEqual([200, "2"]);
});

test("what may have been invalidated in a history that is gone is not served", async ({
  site,
  gateway,
  invalidate,
  start,
  get,
  ask,
  restart,
}) => {
  await invalidate({ tags: ["else"] }); // the log is not empty
  site.answer("/a.txt", ok("1", text), ok("2", text));
  await start(follows);
  await kept({ get, ask, restart }, "/a.txt", "1");
  await gateway.restart();
  await restart();
  expect(await get("/a.txt")).toEqual([200, "2"]);
});

test("a response that is older than a known invalidation is not kept", async ({
  site,
  invalidate,
  start,
  get,
  ask,
  restart,
}) => {
  site.answer("/first.txt", ok("1", { ...text, "apus-tags": "first" }));
  await start(follows);
  await kept({ get, ask, restart }, "/first.txt", "1");
  const before = await invalidate({ tags: ["else"] });
  const { at } = await invalidate({ tags: ["cities"] });
  // The worker hears of it.
  await restart();
  await get("/first.txt");
  const old = { ...text, "apus-as-of": `0:0, ${before.at}` };
  const now = { ...text, "apus-as-of": `0:0, ${at}` };
  site.answer("/a.txt", ok("an edge's", old), ok("new", now), ok("newer", now));
  expect(await get("/a.txt")).toEqual([200, "an edge's"]);
  await expect.poll(() => get("/a.txt")).toEqual([200, "new"]);
  await expect.poll(() => ask("it.stats().then(({ entries }) => entries)")).toBe(2);
  expect(await get("/a.txt")).toEqual([200, "new"]);
});
