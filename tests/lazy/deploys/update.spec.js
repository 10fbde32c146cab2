// A tab that notices new builds, and changes to them at a navigation: real builds of Vite.
import { expect, open, start, test } from "./fixture.js";

const manifest = "/apus-manifest.json";

const updates = (page) =>
  page.evaluate(() => globalThis.events.filter((it) => it === "apus-lazy:update").length);

const asked = (site) => site.requests.filter(({ path }) => path === manifest);

/** Starts a tab, and waits until it watches. */
async function watching(page, site, watch = {}) {
  await start(page, site, { manifest, watch });
  await page.waitForFunction(() => globalThis.deploys);
}

test("a new build is noticed before anything fails, by ETag", async ({ page, site }) => {
  await watching(page, site, { interval: 1000 });
  await expect.poll(() => asked(site).at(-1)).toMatchObject({ status: 304 });
  expect(await updates(page)).toBe(0);
  site.deploy("B");
  await expect.poll(() => updates(page)).toBe(1);
  const count = asked(site).length;
  await expect.poll(() => asked(site).length).toBeGreaterThan(count + 3);
  expect(await updates(page), "each build once").toBe(1);
  site.deploy("C");
  await expect.poll(() => updates(page)).toBe(2);
});

test("a change log and a visible page look at once", async ({ page, site }) => {
  await watching(page, site);
  site.deploy("B");
  await page.evaluate(() => globalThis.changed());
  await expect.poll(() => updates(page)).toBe(1);
  site.deploy("C");
  await expect
    .poll(async () => {
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      return updates(page);
    })
    .toBe(2);
});

test("check() says whether the servers have another build", async ({ page, site }) => {
  await watching(page, site);
  const check = () => page.evaluate(() => globalThis.deploys.check());
  expect(await check()).toBe(false);
  site.deploy("B");
  expect(await check()).toBe(true);
  site.faults = { ".json": 1 };
  expect(await page.evaluate(() => globalThis.deploys.build)).toMatch(/^[0-9a-f]+$/);
});

for (const way of ["pushState", "link", "back"]) {
  test(`apply() loads the new build at the next navigation: ${way}`, async ({ page, site }) => {
    await watching(page, site);
    await page.evaluate(() => history.pushState({}, "", "?page=2"));
    site.deploy("B");
    await page.evaluate(async () => {
      const told = new Promise((resolve) => addEventListener("apus-lazy:update", resolve));
      globalThis.deploys.check();
      const { detail } = await told;
      detail.apply();
      globalThis.old = true;
      history.replaceState({ scroll: 1 }, "");
      location.hash = "#part";
    });
    expect(await page.evaluate(() => globalThis.old), "not before it").toBe(true);
    await page.evaluate((way) => {
      if (way === "pushState") history.pushState({}, "", "?page=3");
      if (way === "back") history.go(-2);
      if (way === "link") {
        const link = Object.assign(document.createElement("a"), { href: "?page=3" });
        document.body.append(link);
        // A router would navigate within the page.
        document.body.addEventListener("click", (event) => event.preventDefault());
        link.click();
      }
    }, way);
    await page.waitForFunction(() => globalThis.starts && !globalThis.old);
    expect(new URL(page.url()).search).toContain(way === "back" ? "options" : "page=3");
    expect(await open(page, "plain")).toMatchObject({ build: "B", starts: 1 });
  });
}

test("bad options are errors that name them", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const errors = await page.evaluate(async () => {
    const { watchDeploys } = await import("/apus/index.js");
    const given = [
      {},
      { manifest: 1 },
      { interval: 1 },
      { hold: -1 },
      { changes: 1 },
      { often: 1 },
    ];
    return Promise.all(given.map((it) => watchDeploys(it).catch(String)));
  });
  expect(errors).toEqual([
    "TypeError: watchDeploys: manifest must be a URL, got undefined",
    "TypeError: watchDeploys: manifest must be a URL, got 1",
    expect.stringMatching(/^RangeError: watchDeploys: interval/),
    expect.stringMatching(/^RangeError: watchDeploys: hold/),
    expect.stringMatching(/^TypeError: watchDeploys: changes/),
    expect.stringMatching(/^TypeError: watchDeploys: unknown option "often"/),
  ]);
});
