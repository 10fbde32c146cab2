// A tab that holds the files of its build: real builds of Vite.
import { join } from "node:path";
import { expect, open, start, test } from "./fixture.js";

const manifest = "/apus-manifest.json";

/** Waits until the tab holds what fits. */
async function filled(page) {
  await page.waitForFunction(() => globalThis.deploys?.held.complete);
  return page.evaluate(() => globalThis.deploys.held);
}

for (const cache of ["max-age=3600", "no-store"]) {
  test(`a tab lives through deploys with the files that it holds (${cache})`, async ({
    page,
    site,
  }) => {
    site.cache = cache;
    await start(page, site, { manifest, watch: { hold: 1e6 } }); // no script heals the entry
    site.faults = { ".js": 0.3, ".css": 0.3, ".json": 0.3, ".wasm": 0.3 };
    await filled(page);
    await page.evaluate(() => globalThis.events.splice(0)); // the network, not the deploys
    for (const name of ["B", "C"]) site.deploy(name);
    site.removed = /facts/; // it is the same in all builds
    const whole = { build: "A", starts: 1 };
    expect(await open(page, "plain")).toMatchObject(whole);
    expect(await open(page, "chart")).toMatchObject({ ...whole, outlineStyle: "dotted" });
    expect(await open(page, "map")).toMatchObject({ ...whole, outlineStyle: "dashed" });
    expect(await page.evaluate(() => globalThis.openFiles())).toEqual([{ facts: 7 }, "A true"]);
    expect(await page.evaluate(() => [globalThis.states, globalThis.events])).toEqual([1, []]);
  });
}

test("a tab that starts while a deploy rolls holds its own build", async ({
  page,
  site,
  builds,
}) => {
  const other = { path: join(String(builds.get("A")), manifest) };
  await page.route(`**${manifest}`, (route) => route.fulfill(other), { times: 2 });
  site.deploy("B");
  await start(page, site, { manifest, watch: { hold: 1e6 } });
  await filled(page);
  site.deploy("C");
  const whole = { build: "B", starts: 1 };
  expect(await open(page, "chart")).toMatchObject({ ...whole, outlineStyle: "dotted" });
  expect(await page.evaluate(() => globalThis.events)).toEqual([]);
});

test("nothing of a held route runs before it is opened", async ({ page, site }) => {
  await start(page, site, { manifest, watch: { hold: 1e6 } });
  await filled(page);
  expect(await page.evaluate(() => globalThis.ran)).toEqual(["main"]);
  await open(page, "chart");
  expect(await page.evaluate(() => globalThis.ran)).toEqual(["main", "axis", "chart"]);
});

test("a page that is never idle holds a file a second", async ({ page, site }) => {
  await page.addInitScript(() => {
    globalThis.timeouts = [];
    globalThis.requestIdleCallback = (callback, options) => {
      globalThis.timeouts.push(options?.timeout);
      return setTimeout(callback);
    };
  });
  await start(page, site, { manifest, watch: { hold: 1e6 } });
  const { files } = await filled(page);
  const seconds = await page.evaluate(() => globalThis.timeouts.filter((ms) => ms <= 1000));
  expect(seconds.length).toBeGreaterThanOrEqual(files);
});

test("a hold stays within its budget", async ({ page, site }) => {
  await start(page, site, { manifest, watch: { hold: 3000 } });
  const { files, bytes } = await filled(page);
  expect(files).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(3000);
  const kept = await page.evaluate(async () => {
    const [name] = await caches.keys();
    const cache = await caches.open(name);
    const sizes = (await cache.keys()).map(async (it) =>
      (await cache.match(it)).arrayBuffer().then(({ byteLength }) => byteLength),
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  });
  expect(kept).toBe(bytes);
});

test("a build's files are removed when no tab uses them", async ({ context, page, site }) => {
  const watch = { hold: 1e6 };
  const builds = (page) => page.evaluate(async () => (await caches.keys()).length);
  await start(page, site, { manifest, watch });
  await filled(page);
  site.deploy("B");
  const second = await context.newPage();
  await start(second, site, { manifest, watch });
  await filled(second);
  expect(await builds(second), "the first tab still uses its build").toBe(2);
  await page.close();
  site.deploy("C");
  await start(second, site, { manifest, watch });
  await filled(second);
  expect(await builds(second)).toBe(1);
});
