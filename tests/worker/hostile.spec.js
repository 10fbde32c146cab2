// Full disks, strange responses, and a worker that goes while it answers.
import { down, expect, ok, test } from "./fixture.js";

const text = { "content-type": "text/plain" };
const entries = "it.stats().then(({ entries }) => entries)";

test("a full disk costs no answer, and responses are kept again when there is room", async ({
  site,
  start,
  get,
  ask,
  page,
  context,
}) => {
  const noise = Array.from({ length: 200_000 }, () => Math.random().toString(36)[4]).join("");
  site.answer("/text.txt", ok(noise, text));
  site.answer("/clip.mp4", ok(noise, { "content-type": "video/mp4" }));
  await start(`globalThis.it = route("/*", "cache-first", { cache: "api" });`);
  await ask("it.stats()");
  const session = await context.newCDPSession(page);
  const origin = site.url;
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  for (let i = 0; i < 3; i++)
    for (const path of ["/text.txt", "/clip.mp4"]) expect(await get(path)).toEqual([200, noise]);
  expect(site.count("/clip.mp4")).toBe(3); // the platform refused it
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await expect
    .poll(async () => {
      const before = site.count("/clip.mp4");
      expect(await get("/clip.mp4")).toEqual([200, noise]);
      return site.count("/clip.mp4") - before;
    })
    .toBe(0);
});

test("a worker that takes over does not cut an answer of the old one", async ({
  site,
  start,
  page,
  get,
}) => {
  const body = "sixteen letters.".repeat(20);
  site.answer("/slow", ok(body, text, { slow: 100 }), ok("new", text));
  await start(`route("/slow", "cache-first");`);
  const asked = get("/slow");
  await expect.poll(() => site.count("/slow")).toBe(1);
  site.answer("/sw.js", {
    body: `import { route } from "/apus/worker.js";
      addEventListener("install", () => skipWaiting());
      addEventListener("activate", (event) => event.waitUntil(clients.claim()));
      route("/slow", "cache-first", { cache: "other" });`,
  });
  await page.evaluate(async () => {
    const changed = new Promise((resolve) => {
      navigator.serviceWorker.oncontrollerchange = resolve;
    });
    await (await navigator.serviceWorker.ready).update();
    await changed;
  });
  expect(await asked).toEqual([200, body]);
  expect(await get("/slow")).toEqual([200, "new"]);
});

test("headers of 100 KB are kept and counted", async ({ site, start, get, ask, page }) => {
  const huge = "x".repeat(100_000);
  site.answer("/huge", ok("1", { ...text, "x-huge": huge }), down);
  await start(`globalThis.it = route("/*", "cache-first", { maxBytes: 250_000 });`);
  expect(await get("/huge")).toEqual([200, "1"]);
  await expect.poll(() => ask(entries)).toBe(1);
  expect(await ask("it.stats().then(({ bytes }) => bytes > 100_000)")).toBe(true);
  const header = `fetch("/huge").then(({ headers }) => headers.get("x-huge").length)`;
  expect(await page.evaluate(header)).toBe(100_000);
});

test("broken ranges and tags are passed on, and not kept", async ({ site, start, get, ask }) => {
  const range = { ...text, "content-range": "bytes 9-2/x" };
  site.answer("/206", ok("part", range, { status: 206 }));
  site.answer("/tags", ok("1", { ...text, "apus-tags": "%E0%A4" }));
  site.answer("/nul", ok("1", { ...text, "apus-tags": "a%00b" }));
  site.answer("/vary", ok("1", { ...text, vary: ", ,;=\u00e9" }), ok("2", text));
  site.answer("/whole", ok("0123456789", range), down);
  await start(`globalThis.it = route("/*", "cache-first");`);
  expect(await get("/206")).toEqual([206, "part"]);
  expect(await get("/206")).toEqual([206, "part"]);
  expect(site.count("/206")).toBe(2);
  for (const path of ["/tags", "/nul", "/vary"]) {
    expect(await get(path)).toEqual([200, "1"]);
    expect((await get(path))[0]).toBe(200);
  }
  expect([site.count("/tags"), site.count("/nul")]).toEqual([2, 2]);
  // A whole response that claims to be a part is one.
  expect(await get("/whole")).toEqual([200, "0123456789"]);
  await expect.poll(() => ask(entries)).toBeGreaterThan(0);
  expect(await get("/whole", { headers: { range: "bytes=2-3" } })).toEqual([206, "23"]);
});
