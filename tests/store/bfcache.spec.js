// The back/forward cache: a page with an open store is kept, and goes on when it is come back to.
import { expect, test } from "./fixture.js";

test.use({
  // Playwright turns the cache off.
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] }),
});

for (const closed of [false, true]) {
  test(`a page is restored with its store${closed ? ", its connection lost meanwhile" : ""}`, async ({
    page,
    context,
  }) => {
    await page.evaluate(async (closed) => {
      const connections = [];
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const request = open.apply(this, args);
        request.addEventListener("success", () => connections.push(request.result));
        return request;
      };
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open("kept");
      store.put("flushed", 1);
      await store.flush();
      store.put("left", 1); // for the last flush
      addEventListener("pageshow", async ({ persisted }) => {
        if (!persisted) return;
        if (closed) for (const connection of connections) connection.close();
        store.put("after", 1);
        const flushed = await store.flush();
        // What another page has written meanwhile is found when this one is back.
        while (!store.has("elsewhere")) await new Promise((resolve) => setTimeout(resolve, 10));
        const read = await store.read(["flushed", "left", "elsewhere", "after"]);
        localStorage.setItem(
          "restored",
          JSON.stringify({
            flushed,
            keys: [...read.keys()].sort(),
            degraded: store.stats.degraded ?? "",
          }),
        );
      });
    }, closed);
    const other = await context.newPage();
    await other.goto("/tests/pages/blank.html");
    await page.goto("/tests/pages/blank.html?next");
    await other.evaluate(async () => {
      localStorage.removeItem("restored");
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open("kept");
      while (!store.has("left")) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        await store.read(["left"]);
      }
      store.put("elsewhere", 1);
      await store.flush();
      await store.close();
    });
    // Playwright does not follow into a restored page; that speaks by localStorage.
    void page.evaluate(() => history.back()).catch(() => {});
    const restored = () => other.evaluate(() => JSON.parse(localStorage.getItem("restored")));
    await expect.poll(restored).toEqual({
      flushed: true,
      keys: ["after", "elsewhere", "flushed", "left"],
      degraded: "",
    });
  });
}
