import { expect, test } from "../browser.js";

test.beforeEach(async ({ page, problems }) => {
  void problems;
  await page.goto("/tests/pages/blank.html");
});

test("a cache works in a page under the strict policy", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    const cache = await Cache.open("page", { maxEntries: 2, ttl: 60_000 });
    cache.set("a", 1).set("b", 2);
    cache.get("a");
    cache.set("c", 3);
    const keys = [...cache.keys()];
    await cache.close();
    return keys;
  });
  expect(seen).toEqual(["c", "a"]);
});

test("tabs that fetch the same keys at once load each key once", async ({ context, page }) => {
  const pages = [page, await context.newPage(), await context.newPage()];
  for (const each of pages) {
    await each.goto("/tests/pages/blank.html");
    await each.evaluate(async () => {
      const { Cache } = await import("/apus/index.js");
      globalThis.cache = await Cache.open("shared", { persist: true, maxEntries: 100 });
      await cache.load("anything"); // opens the store
    });
  }
  const results = await Promise.all(
    pages.map((each, tab) =>
      each.evaluate(async (tab) => {
        const fetch = (i) =>
          cache.fetch(`key ${i}`, async (key) => {
            await new Promise((resolve) => setTimeout(resolve, 50));
            return { key, tab };
          });
        const values = await Promise.all(Array.from({ length: 30 }, (_, i) => fetch(i % 10)));
        return { values, loads: cache.stats().loads };
      }, tab),
    ),
  );
  expect(results.reduce((sum, { loads }) => sum + loads, 0)).toBe(10);
  for (const { values } of results) expect(values).toEqual(results[0].values);
  // refresh() loads in any case
  const refreshed = await page.evaluate(() => cache.refresh("key 1", () => ({ fresh: true })));
  expect(refreshed).toEqual({ fresh: true });
});

test("<apus-cache> offers its cache to descendants and to page code", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    document.body.innerHTML = `<apus-cache name="ctx" max-entries="2"><p></p></apus-cache>`;
    const asked = new Promise((resolve) => {
      const event = Object.assign(new Event("context-request", { bubbles: true, composed: true }), {
        context: Symbol.for("apus-cache"),
        callback: resolve,
      });
      // asks before the element is defined, and must ask again, as the protocol says
      customElements
        .whenDefined("apus-cache")
        .then(() => document.querySelector("p").dispatchEvent(event));
    });
    await import("/apus/define.js");
    const element = document.querySelector("apus-cache");
    const cache = await element.ready;
    const same = (await asked) === cache && element.cache === cache;
    cache.set("a", 1).set("b", 2).set("c", 3);
    const before = cache.size;
    element.maxEntries = 1;
    const after = cache.size;
    const attribute = element.getAttribute("max-entries");
    document.body.append(element); // moved, not removed
    await Promise.resolve();
    const moved = element.cache === cache;
    element.remove();
    await Promise.resolve();
    const removed = element.cache;
    document.body.append(element);
    const again = await element.ready;
    return {
      same,
      before,
      after,
      attribute,
      moved,
      removed,
      reopened: again !== cache && again.size === 0,
    };
  });
  expect(seen).toEqual({
    same: true,
    before: 2,
    after: 1,
    attribute: "1",
    moved: true,
    removed: undefined,
    reopened: true,
  });
});

test("<apus-cache> removed and reinserted while it opens has one open cache", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    await import("/apus/define.js");
    const turn = () => new Promise((resolve) => setTimeout(resolve));
    const element = document.createElement("apus-cache");
    element.setAttribute("name", "back and forth");
    element.persist = element.panel = true;
    const told = [];
    for (const type of ["ready", "error"])
      element.addEventListener(type, ({ detail }) => told.push(String(detail.error ?? type)));
    document.body.append(element);
    const first = element.ready;
    await Promise.resolve();
    element.remove();
    await Promise.resolve();
    document.body.append(element);
    const cache = await element.ready;
    cache.set("a", 1);
    await cache.flush();
    while (!element.shadowRoot?.querySelector("dd")) await turn();
    return { told, same: (await first) === cache && element.cache === cache, a: cache.get("a") };
  });
  expect(seen).toEqual({ told: ["ready"], same: true, a: 1 });
});

test("<apus-cache> reports why it could not open", async ({ page, problems }) => {
  const message = await page.evaluate(async () => {
    await import("/apus/define.js");
    const element = document.createElement("apus-cache");
    element.setAttribute("policy", "nonsense");
    const told = new Promise((resolve) =>
      element.addEventListener("error", resolve, { once: true }),
    );
    document.body.append(element);
    return (await told).detail.error.message;
  });
  expect(message).toContain("policy");
  expect(problems.splice(0).join()).toContain("policy must be one of"); // nobody cancelled it
});

test("<apus-cache panel> shows the cache live and works by keyboard", async ({ page }) => {
  await page.evaluate(async () => {
    document.body.innerHTML = `<apus-cache name="demo" max-entries="100" max-bytes="100000" policy="adaptive" panel></apus-cache>`;
    await import("/apus/define.js");
    const cache = await document.querySelector("apus-cache").ready;
    for (let i = 0; i < 150; i++) cache.set(`k${i}`, i, { tags: i % 2 ? ["odd"] : [] });
    for (let i = 100; i < 150; i++) cache.get(`k${i}`);
    for (let i = 0; i < 10; i++) cache.get(`missing${i}`);
  });
  const panel = page.getByRole("region", { name: "Cache demo" });
  await expect(panel.getByText("100of 100", { exact: true })).toBeVisible();
  await expect(panel.getByText("83.3%")).toBeVisible();
  await expect(panel.getByRole("img")).toHaveAttribute("aria-label", /Hit ratio/);
  await panel.getByLabel("Tag").focus();
  await page.keyboard.type("odd");
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("status")).toHaveText("50 entries had the tag “odd”");
  const download = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Export JSON" }).focus();
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toBe("demo.json");
  for (const [scheme, width] of [
    ["light", 1440],
    ["dark", 360],
  ]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 640 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
  }
  await panel.getByRole("button", { name: "Clear" }).click();
  await panel.getByRole("button", { name: "Clear the cache" }).click();
  await expect(panel.getByText("0of 100", { exact: true })).toBeVisible();
});

test("the copy on disk uses the cache's clock", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    let time = 1000; // long ago: by the real clock everything has expired
    const open = () => Cache.open("clock", { persist: true, ttl: 1000, now: () => time });
    let cache = await open();
    cache.set("a", 1);
    const flushed = await cache.flush();
    await cache.close();
    cache = await open();
    const early = await cache.load("a");
    await cache.close();
    time = 2000;
    cache = await open();
    const late = await cache.load("a");
    await cache.close();
    return { flushed, early, late };
  });
  expect(seen).toEqual({ flushed: true, early: 1, late: undefined });
});

test("flush() reports whether the bytes are in IndexedDB", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    const memory = await Cache.open("memory");
    const cache = await Cache.open("flush", { persist: true });
    cache.set("a", 1);
    const works = await cache.flush();
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      tx.commit = () => tx.abort();
      return tx;
    };
    cache.set("b", 1);
    const fails = await cache.flush();
    IDBDatabase.prototype.transaction = transaction;
    cache.set("c", 1);
    const again = await cache.flush();
    await cache.close();
    return { memory: await memory.flush(), works, fails, again };
  });
  expect(seen).toEqual({ memory: false, works: true, fails: false, again: true });
});

test("a value that cannot be encoded leaves no older value behind", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    const cache = await Cache.open("predecessor", { persist: true });
    const errors = [];
    cache.addEventListener("error", ({ detail }) => errors.push(detail.code, detail.message));
    cache.set("k", 1);
    await cache.flush();
    cache.set("k", new Map());
    await cache.flush();
    await new Promise((resolve) => setTimeout(resolve));
    const inMemory = cache.get("k") instanceof Map;
    await cache.close();
    const again = await Cache.open("predecessor", { persist: true });
    return { inMemory, errors, value: await again.load("k") };
  });
  expect(seen).toEqual({
    inMemory: true,
    errors: ["NOT_ENCODABLE", 'the value of "k" cannot be stored: JSON would change value (Map)'],
    value: undefined,
  });
});
