// <apus-cache> that is removed and inserted again while it opens.
import { expect, test } from "../browser.js";

test.beforeEach(async ({ page, problems }) => {
  expect(problems).toEqual([]);
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(() => {
    window.rejections = [];
    addEventListener("unhandledrejection", ({ reason }) => rejections.push(String(reason)));
    return import("/apus/define.js");
  });
});

for (const attributes of [["persist"], ["persist", "panel"], ["panel"], []]) {
  const name = attributes.join(" and ") || "no attribute";
  test(`with ${name}: removed and inserted while it opens, it has one open cache`, async ({
    page,
  }) => {
    const told = await page.evaluate(async (attributes) => {
      const waits = [
        () => undefined, // the same task
        () => Promise.resolve(),
        () => new Promise((done) => setTimeout(done)),
        () => new Promise((done) => setTimeout(done, 5)),
        () => new Promise((done) => setTimeout(done, 20)),
      ];
      const wrong = [];
      for (let i = 0; i < waits.length ** 2 * 2; i++) {
        const element = document.createElement("apus-cache");
        element.setAttribute("name", `moved ${i}`);
        for (const attribute of attributes) element.setAttribute(attribute, "");
        const ready = [];
        element.addEventListener("ready", ({ detail }) => {
          ready.push(detail.cache);
          if (detail.cache !== element.cache) wrong.push(`${i}: another cache`);
        });
        const errors = [];
        element.addEventListener("error", ({ detail }) => errors.push(String(detail.error)));
        document.body.append(element);
        const times = i < waits.length ** 2 ? 1 : 3;
        for (let time = 0; time < times; time++) {
          await waits[i % waits.length]();
          element.remove();
          await waits[Math.floor(i / waits.length) % waits.length]();
          document.body.append(element);
        }
        const cache = await element.ready;
        await new Promise((done) => setTimeout(done, 30));
        cache.set("a", 1); // throws when it is closed
        if (cache !== element.cache) wrong.push(`${i}: ready is another cache`);
        if (new Set(ready).size !== ready.length) wrong.push(`${i}: ready twice for one cache`);
        if (ready.at(-1) !== cache) wrong.push(`${i}: no ready event`);
        if (ready.length > times + 1) wrong.push(`${i}: ${ready.length} ready events`);
        if (errors.length) wrong.push(`${i}: ${errors}`);
        // Its code loads apart; if it never comes, the test times out here.
        while (attributes.includes("panel") && !element.shadowRoot?.querySelector("section"))
          await new Promise((done) => setTimeout(done, 10));
        element.remove();
      }
      return { wrong, rejections };
    }, attributes);
    expect(told).toEqual({ wrong: [], rejections: [] });
  });
}

test("a cache whose storage fails says so, and works", async ({ page }) => {
  const told = await page.evaluate(async () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("blocked", "SecurityError");
    };
    const element = document.createElement("apus-cache");
    element.setAttribute("persist", "");
    const degraded = new Promise((done) => {
      element.addEventListener("degraded", ({ detail }) => done(detail));
    });
    document.body.append(element);
    const cache = await element.ready;
    cache.set("a", 1);
    const { reason, code } = await degraded;
    return [reason ?? code, cache.get("a")];
  });
  expect(told).toEqual([expect.stringMatching(/^store$|^STORAGE/), 1]);
});
