// The public Store in a page: its values outlive it, and a cache's records stay hidden.
import { expect, test } from "./fixture.js";

test("values survive a reload and are found by key and by prefix", async ({ page }) => {
  await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const store = await Store.open("public");
    for (let i = 0; i < 100; i++) store.set(`note:${i}`, { i });
    store.set("other", new Uint8Array([1, 2, 3]));
    store.set("\0apus:internal", 1);
    store.delete("note:7");
    const persisted = new Promise((resolve) =>
      store.addEventListener("persist", ({ detail }) => resolve(detail.entries)),
    );
    if (!(await store.flush())) throw new Error("not written");
    if (!(await persisted)) throw new Error("no event");
    await store.close();
  });
  await page.reload();
  const found = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const store = await Store.open("public");
    const notes = [];
    for await (const [key, value] of store.entries("note:")) notes.push([key, value.i]);
    const keys = [];
    for await (const [key] of store) keys.push(key);
    return {
      notes: notes.length,
      right: notes.every(([key, i]) => key === `note:${i}`),
      keys: keys.length,
      other: [...(await store.get("other"))],
      gone: (await store.get("note:7")) ?? null,
      entries: store.stats().entries,
    };
  });
  expect(found).toEqual({
    notes: 99,
    right: true,
    keys: 100,
    other: [1, 2, 3],
    gone: null,
    entries: 101,
  });
});
