// The back/forward cache keeps a page with an open store; the store goes on when the page is restored.
import { backForwardCache } from "../browser.js";
import { expect, test } from "./fixture.js";

test.use(backForwardCache);

/**
 * Leaves a page with a store, writes to the store from another page, and goes back.
 * @returns {Promise<any>} the restored page's report; "loaded again" if the browser did not
 *   keep it, as under memory pressure
 */
async function leaveAndReturn(page, other, name, closed) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(
    async ({ name, closed }) => {
      const connections = [];
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const request = open.apply(this, args);
        request.addEventListener("success", () => connections.push(request.result));
        return request;
      };
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open(name);
      store.put("flushed", 1);
      await store.flush();
      store.put("left", 1); // for the last flush
      addEventListener("pageshow", async ({ persisted }) => {
        if (!persisted) return;
        if (closed) for (const connection of connections) connection.close();
        store.put("after", 1);
        const flushed = await store.flush();
        // The restored page finds the other page's writes.
        while (!store.has("elsewhere")) await new Promise((resolve) => setTimeout(resolve, 10));
        const read = await store.read(["flushed", "left", "elsewhere", "after"]);
        const { degraded = "" } = store.stats;
        const report = { flushed, keys: [...read.keys()].sort(), degraded };
        localStorage.setItem(name, JSON.stringify(report));
      });
    },
    { name, closed },
  );
  await page.goto("/tests/pages/blank.html?next");
  await other.evaluate(async (name) => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open(name);
    while (!store.has("left")) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await store.read(["left"]);
    }
    store.put("elsewhere", 1);
    await store.flush();
    await store.close();
  }, name);
  await page.evaluate((name) => localStorage.setItem("returning to", name), name);
  // Playwright does not follow into a restored page, which reports through localStorage.
  void page.evaluate(() => history.back()).catch(() => {});
  const report = () =>
    other.evaluate((name) => JSON.parse(localStorage.getItem(name) ?? "null"), name);
  await expect.poll(report).not.toBe(null);
  return report();
}

for (const closed of [false, true]) {
  test(`a page is restored with its store${closed ? ", its connection lost meanwhile" : ""}`, async ({
    context,
  }) => {
    const other = await context.newPage();
    await other.goto("/tests/pages/blank.html");
    let report = "loaded again";
    for (let round = 0; report === "loaded again" && round < 4; round++) {
      const page = await context.newPage();
      await page.addInitScript(() => {
        const [{ type }] = performance.getEntriesByType("navigation");
        if (type !== "back_forward") return; // not run in a restored page
        localStorage.setItem(localStorage.getItem("returning to"), '"loaded again"');
      });
      report = await leaveAndReturn(page, other, `kept ${round}`, closed);
      await page.close();
    }
    expect(report).toEqual({
      flushed: true,
      keys: ["after", "elsewhere", "flushed", "left"],
      degraded: "",
    });
  });
}
