// A server's rows: shown before any script, taken over without a mismatch.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "../browser.js";
import { Town } from "./app/town.js";
import { open, start } from "./app.js";

const rows = (page) => page.locator("apus-list > [slot=row]");
const hydrate = (page, props = {}) =>
  page.evaluate((props) => {
    const { h, hydrateRoot, Town } = window.kit;
    window.root = hydrateRoot(document.getElementById("root"), h(Town, props));
  }, props);

for (const [name, props] of Object.entries({
  "a list": {},
  "a selectable grid": { selection: "multiple", lanes: 2, gap: 4, role: "listbox", reorder: true },
})) {
  test(`${name} hydrates without a mismatch, and its rows take over`, async ({
    page,
    problems,
  }) => {
    const warnings = [];
    page.on("console", (message) => {
      if (/warn|error/.test(message.type())) warnings.push(message.text());
    });
    await open(page, renderToString(createElement(Town, props)));
    await expect(page.getByText("Person 14 ")).toBeAttached();
    await expect(page.getByText("Person 15 ")).toHaveCount(0);
    const before = await page.getByText(/Person 3(?!\d)/).boundingBox();
    await start(page); // the element is defined now, and nothing is hydrated yet
    await expect(page.getByText(/Person 3(?!\d)/)).toBeVisible();
    expect(await page.getByText(/Person 3(?!\d)/).boundingBox()).toEqual(before);
    await hydrate(page, props);
    await expect(rows(page).first()).toContainText("Person 0");
    await expect(page.getByText(/Person 3(?!\d)/)).toHaveCount(1);
    if (name === "a list") {
      expect(await page.getByText(/Person 3(?!\d)/).boundingBox()).toEqual(before);
    }
    await page.getByRole("button").first().click();
    await expect(page.getByRole("button").first()).toHaveText("liked");
    await page.evaluate(() => document.querySelector("apus-list").scrollToIndex(600));
    await expect(page.getByText("Person 600 ")).toBeVisible();
    expect(warnings).toEqual([]);
    expect(problems).toEqual([]);
  });
}

test("the rows of the server stay in view until the engine has loaded", async ({
  page,
  problems,
}) => {
  await open(page, renderToString(createElement(Town)));
  let letThrough = () => {};
  const gate = new Promise((resolve) => {
    letThrough = () => resolve(undefined);
  });
  await page.route("**/*.wasm", async (route) => {
    await gate;
    await route.fallback();
  });
  await start(page);
  await hydrate(page);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  await expect(page.getByText(/Person 3(?!\d)/).first()).toBeVisible();
  letThrough();
  await page.evaluate(() => document.querySelector("apus-list").scrollToIndex(300));
  await expect(page.getByText("Person 300 ")).toBeVisible();
  await expect(page.getByText(/Person 3(?!\d)/)).toHaveCount(0);
  expect(problems).toEqual([]);
});

test("a removed list leaves nothing alive", async ({ page, problems }) => {
  await open(page);
  await start(page);
  await page.evaluate(async () => {
    const { h, createRoot, Town } = window.kit;
    window.gone = [];
    for (let i = 0; i < 10; i++) {
      const root = createRoot(document.getElementById("root"));
      root.render(h(Town));
      while (!document.querySelector("[slot=row]")) await new Promise(requestAnimationFrame);
      window.gone.push(new WeakRef(document.querySelector("apus-list")));
      window.gone.push(new WeakRef(document.querySelector("[slot=row]")));
      root.unmount();
    }
    document.getElementById("root").replaceChildren();
  });
  const cdp = await page.context().newCDPSession(page);
  await expect
    .poll(async () => {
      await cdp.send("HeapProfiler.collectGarbage");
      return page.evaluate(() => window.gone.filter((ref) => ref.deref()).length);
    })
    .toBeLessThanOrEqual(2); // the engine's caches may hold the last one
  expect(problems).toEqual([]);
});
