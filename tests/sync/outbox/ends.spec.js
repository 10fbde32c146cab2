// How the outbox ends: a `fetch` that hangs, a clock that was set back, a close in the middle of a call.
import { entries, expect, left, open, retry, test } from "./page.js";

test("a fetch that hangs and ignores its signal does not hold up its lane", async ({
  page,
  mutations,
}) => {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(
    async (retry) => {
      const { Outbox } = await import("/apus/sync.js");
      let calls = 0;
      const hangs = (...args) => (calls++ ? fetch(...args) : new Promise(() => {}));
      globalThis.outbox = await Outbox.open("hangs", { fetch: hangs, retry });
      await globalThis.outbox.add({ url: "/mutate", body: '{"lane":"a","n":0}' });
    },
    { ...retry, timeout: 50 },
  );
  await expect.poll(() => left(page)).toBe(0);
  expect(mutations.applied).toEqual([{ lane: "a", n: 0 }]);
});

test("a clock that was set back makes nothing wait for longer", async ({ page, mutations }) => {
  mutations.fate = () => 503;
  await open(page);
  await page.evaluate(async () => {
    const { now } = Date;
    Date.now = () => now() + 1e11; // years ahead
    await globalThis.add("a", 0);
    Object.assign(globalThis, { back: () => Object.assign(Date, { now }) });
  });
  await expect.poll(async () => (await entries(page))[0]?.status).toBe(503);
  await page.evaluate(() => globalThis.back());
  mutations.fate = () => "ok";
  await page.evaluate(() => globalThis.outbox.drain());
  await expect.poll(() => left(page)).toBe(0);
});

test("what was called before close ends as usual", async ({ page, mutations }) => {
  mutations.fate = () => "lost";
  await open(page);
  const ended = await page.evaluate(async () => {
    const { outbox, add } = globalThis;
    const [{ id: one }, { id: two }] = [await add("a", 0), await add("b", 1)];
    const channel = new BroadcastChannel("apus-outbox:test");
    const heard = new Promise((resolve) => {
      channel.onmessage = ({ data }) => data.state === "removed" && resolve(data.id === one);
    });
    const calls = [outbox.remove(one), add("c", 2), outbox.retry(two), outbox.entries()];
    const [first, second] = [outbox.close(), outbox.close()];
    const results = await Promise.allSettled(calls);
    await second;
    return [results.map(({ status }) => status), await heard, first === second];
  });
  expect(ended).toEqual([Array(4).fill("fulfilled"), true, true]);
});

test("an open that is aborted leaves no connection behind", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const [name, opened] = await page.evaluate(async () => {
    const { Outbox } = await import("/apus/sync.js");
    let opened = 0;
    const abort = new AbortController();
    const { open } = indexedDB;
    const { close } = IDBDatabase.prototype;
    IDBFactory.prototype.open = function (...args) {
      const request = open.apply(this, args);
      request.addEventListener("success", () => {
        opened++;
        abort.abort();
      });
      return request;
    };
    IDBDatabase.prototype.close = function () {
      opened--;
      close.call(this);
    };
    const opening = Outbox.open("gone", { signal: abort.signal });
    return [await opening.catch(({ name }) => name), opened];
  });
  expect([name, opened]).toEqual(["AbortError", 0]);
});

test("bodies are kept apart from the entries, and go with them", async ({ page, mutations }) => {
  mutations.fate = () => "lost";
  await open(page);
  const stored = () =>
    page.evaluate(async () => {
      const db = await new Promise((resolve, reject) => {
        const request = indexedDB.open("apus-outbox:test");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const all = (name) =>
        new Promise((resolve) => {
          const request = db.transaction(name).objectStore(name).getAll();
          request.onsuccess = () => resolve(request.result);
        });
      const [entries, bodies] = [await all("entries"), await all("bodies")];
      db.close();
      return [entries.filter((entry) => "body" in entry).length, entries.length, bodies.length];
    });
  await page.evaluate(async () => {
    for (let n = 0; n < 3; n++) globalThis.last = await globalThis.add("a", n);
    await globalThis.outbox.add({ url: "/mutate" }, { lane: "none" });
  });
  expect(await stored()).toEqual([0, 4, 3]);
  await page.evaluate(() => globalThis.outbox.remove(globalThis.last.id));
  expect(await stored()).toEqual([0, 3, 2]);
  mutations.fate = () => "ok";
  await expect.poll(() => left(page)).toBe(0);
  expect(await stored()).toEqual([0, 0, 0]);
});
