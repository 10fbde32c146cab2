// What the outbox refuses, and the values it shows before the server has agreed.
import { entries, expect, left, open, test } from "./page.js";

test("bad input is refused before anything is kept", async ({ page, mutations }) => {
  mutations.fate = () => "late";
  await open(page);
  const codes = await page.evaluate(async () => {
    const { Outbox } = await import("/apus/sync.js");
    const { outbox } = globalThis;
    const error = (promise) =>
      promise.then(String, ({ name, code, message }) => `${name} ${code ?? message}`);
    const url = "/mutate";
    const used = new Request(url, { method: "POST", body: "x" });
    await used.text();
    const locked = new Request(url, { method: "POST", body: "x" });
    locked.body.getReader();
    return Promise.all([
      error(outbox.add(used)),
      error(outbox.add(locked)),
      error(outbox.add({ url, body: new Uint8Array(2 ** 24 + 1) })),
      error(outbox.add({ url }, { lane: "x".repeat(129) })),
      error(outbox.add({ url }, { key: "" })),
      error(outbox.add({ url }, { key: "ä" })),
      error(outbox.add({ url }, { lane: 1 })),
      error(outbox.add({ url }, { lanes: "a" })),
      error(outbox.add({ url }, { tags: "a" })),
      error(outbox.add({ url }, { optimistic: [{ key: "k", value: 1 }] })),
      error(outbox.add({})),
      error(outbox.add({ url, body: new ReadableStream() })),
      error(outbox.add(new Request(url, { method: "POST", mode: "no-cors" }))),
      error(outbox.remove("1")),
      error(Outbox.open("")),
      error(Outbox.open("x", { lanes: 65 })),
      error(Outbox.open("x", { retry: { tries: 1 } })),
    ]);
  });
  expect(codes).toEqual([
    "ApusError BODY_USED",
    "ApusError BODY_USED",
    "ApusError BODY_TOO_LARGE",
    "ApusError BAD_LANE",
    "ApusError BAD_KEY",
    "ApusError BAD_KEY",
    "TypeError add: lane must be a string",
    'TypeError add: unknown option "lanes"',
    "TypeError add: tags must be an array of strings",
    "TypeError add: optimistic needs the outbox's option cache",
    "TypeError add: request must be a Request or have a url",
    "TypeError add: body must not be a stream; pass a Request, a Blob or bytes",
    "TypeError add: an answer to a no-cors request cannot be read",
    expect.stringMatching(/^TypeError id must be a number/),
    "ApusError BAD_NAME",
    "RangeError Outbox.open: lanes must be between 1 and 64, got 65",
    'TypeError Outbox.open: retry: unknown option "tries"',
  ]);
  expect(await left(page)).toBe(0);
});

test("a full disk is an error of add, and nothing is kept", async ({ page, context }) => {
  await open(page);
  const cdp = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 200_000 });
  const code = await page.evaluate(() =>
    globalThis.outbox
      .add({ url: "/mutate", body: new Uint8Array(10_000_000) })
      .then(String, ({ code }) => code),
  );
  expect(code).toBe("QUOTA_EXCEEDED");
  expect(await left(page)).toBe(0);
});

test("a key that waits already is the same request, and the request stays usable", async ({
  page,
  mutations,
}) => {
  mutations.fate = () => "lost";
  await open(page);
  const [first, second, text] = await page.evaluate(async () => {
    const body = JSON.stringify({ lane: "", n: 0 });
    const request = new Request("/mutate", { method: "POST", body, headers: { "x-own": "1" } });
    const { id: first } = await globalThis.outbox.add(request, { key: 'a "key"' });
    const { id: second } = await globalThis.outbox.add(request, { key: 'a "key"' });
    return [first, second, await request.text()];
  });
  expect(second).toBe(first);
  expect(text).toBe('{"lane":"","n":0}');
  mutations.fate = () => "ok";
  await expect.poll(() => left(page)).toBe(0);
  expect(mutations.applied).toEqual([{ lane: "", n: 0 }]);
  expect(mutations.requests[0].key).toBe('"a \\"key\\""');
});

/** Opens with a cache. @param {import("@playwright/test").Page} page */
async function withCache(page) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    const { Outbox } = await import("/apus/sync.js");
    const cache = await Cache.open("values");
    const outbox = await Outbox.open("optimistic", { cache, retry: { fastest: 20, slowest: 50 } });
    const add = (key, value, more) =>
      outbox.add(
        { url: "/mutate", body: JSON.stringify({ lane: "", n: value, ...more }) },
        { optimistic: [{ key, value }], tags: ["list"] },
      );
    Object.assign(globalThis, { cache, outbox, add });
  });
}
const value = (page, key) => page.evaluate((key) => globalThis.cache.peek(key), key);

test("optimistic values show at once; refused ones are rolled back, newer ones stay", async ({
  page,
  mutations,
}) => {
  mutations.fate = (_, { refuse }) => (refuse ? 422 : "lost");
  await withCache(page);
  const shown = await page.evaluate(async () => {
    const { cache, add } = globalThis;
    cache.set("x", 1);
    await add("z", 1); // holds the lane
    await add("x", 2, { refuse: true });
    await add("x", 3, { refuse: true });
    await add("y", 2, { refuse: true });
    await add("w", 2, { refuse: true });
    cache.set("w", 5); // by something newer
    return ["x", "y", "z", "w"].map((key) => cache.peek(key));
  });
  expect(shown).toEqual([3, 2, 1, 5]);
  mutations.fate = (_, { refuse }) => (refuse ? 422 : "ok");
  await expect
    .poll(async () => (await entries(page)).map(({ state }) => state))
    .toEqual(Array(4).fill("parked"));
  expect(await value(page, "x")).toBe(1);
  expect(await value(page, "y")).toBe(undefined);
  expect(await value(page, "z")).toBe(1);
  expect(await value(page, "w")).toBe(5);
});

test("tags are invalidated once the request is applied", async ({ page, mutations }) => {
  mutations.fate = () => "lost";
  await withCache(page);
  await page.evaluate(async () => {
    globalThis.cache.set("all", [1], { tags: ["list"] });
    await globalThis.add("x", 1);
  });
  expect(await value(page, "all")).toEqual([1]);
  mutations.fate = () => "ok";
  await expect.poll(() => left(page)).toBe(0);
  expect(await value(page, "all")).toBe(undefined);
  expect(await value(page, "x")).toBe(1);
});

test("after a reload optimistic values show again, and can be rolled back", async ({
  page,
  mutations,
}) => {
  mutations.fate = () => "lost";
  await withCache(page);
  await page.evaluate(async () => {
    globalThis.cache.set("x", 1);
    await globalThis.add("x", 2);
  });
  await withCache(page);
  expect(await value(page, "x")).toBe(2);
  mutations.fate = () => 403;
  await expect.poll(() => value(page, "x")).toBe(1);
});
