// webpack's classic chunks, which its own loader requests, where no cache keeps them.
import { join } from "node:path";
import { expect, test } from "../../browser.js";
import { writeApp } from "../../deploys/builds/app.js";
import { withWebpack } from "../../deploys/builds/bundlers.js";
import { deploySite, readBuild } from "../../deploys/site.js";

const ways = `
import { lazy, lazyDefaults, lazyImport } from "apus/lazy";
lazyDefaults({ manifest: "/apus-manifest.json", budget: 60000 });
export const leaving = () => false;
export const wrap = (load) => lazyImport(load);
export const compile = (url) => lazy(url);
export const json = (url) => lazy(url);
export const start = (url) => lazy(url, { as: "worker" });
`;

const routes = ["chart", "solver", "work"];

/** @type {import("../../deploys/site.js").Build} */
let build;

test.describe.configure({ mode: "default" }); // one build for all
test.beforeAll(async () => {
  const folder = await writeApp("chunks", "webpack", 1, ways);
  const out = join(folder, "dist");
  await withWebpack({ folder, out });
  build = await readBuild(out);
});

/** A page of the build that has started. */
async function started(browser, site) {
  site.deploy([1, build]);
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.app);
  return page;
}

/** Opens all routes of a page, and counts the requests for each file of the build. */
async function openAll(browser, faults) {
  const site = await deploySite({ faults, cache: "no-store" });
  const page = await started(browser, site);
  const opened = [];
  for (const route of routes) {
    opened.push(await page.evaluate((route) => globalThis.app.open(route).catch(String), route));
  }
  await page.context().close();
  await site.close();
  const count = (/** @type {string} */ path) => site.asked.filter((it) => it === path).length;
  // Other files have no name.
  const chunks = [...build.files.keys()].filter((it) => /-\w+\.(js|css)$/.test(it) && count(it));
  return {
    opened,
    chunks: chunks.length,
    requests: chunks.reduce((sum, it) => sum + count(it), 0),
  };
}

test("without faults, each chunk is requested once", async ({ browser }) => {
  const { opened, chunks, requests } = await openAll(browser, 0);
  expect(opened).toMatchObject([{ chart: 1, css: 1 }, { solver: 1 }, { work: 1 }]);
  expect(chunks).toBeGreaterThan(5);
  expect(requests / chunks).toBeLessThanOrEqual(1.05);
});

test("with 30% faults, every route opens", async ({ browser }) => {
  for (let trial = 0; trial < 4; trial++) {
    const { opened } = await openAll(browser, 0.3);
    expect(opened).toMatchObject([{ chart: 1, css: 1 }, { solver: 1 }, { work: 1 }]);
  }
});

test("a chunk that a deploy has removed is gone, long before the budget ends", async ({
  browser,
}) => {
  const site = await deploySite({ faults: 0 });
  const page = await started(browser, site);
  await page.evaluate(() => globalThis.app.open("chart"));
  const json = JSON.parse(String(build.files.get("/apus-manifest.json")));
  const manifest = Buffer.from(JSON.stringify({ ...json, build: "2", files: {} }));
  const other = { files: new Map([["/apus-manifest.json", manifest]]), started: new Set() };
  site.deploy([2, other]);
  const told = await page.evaluate(async () => {
    const stale = new Promise((resolve) => addEventListener("apus-lazy:stale", resolve));
    const code = await globalThis.app.open("solver").catch((error) => error.code);
    return [code, (await stale).detail.url];
  });
  expect(told[0]).toBe("GONE");
  expect(told[1]).toMatch(/^http.+\.js$/);
  expect(site.asked.filter((path) => told[1].endsWith(path)).length).toBeLessThan(30);
  await page.context().close();
  await site.close();
});
