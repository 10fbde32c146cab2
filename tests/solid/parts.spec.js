// The rest of apus/solid: the cache as a resource, lazy parts, vitals, server rendering.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { root } from "../../tools/run.js";
import { test as base, expect } from "../browser.js";
import { servedApp } from "../bundled.js";
import { solid } from "./jsx.js";

const test = base.extend({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const app = await servedApp("tests/solid/app.jsx", {
        plugins: [solid()],
        body: '<div id="root"></div>',
      });
      await use(app);
      await app.close();
    },
    { scope: "worker" },
  ],
});

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const open = async (page, app, name) => {
  await page.goto(`${app.url}#${name}`);
  await page.waitForFunction(() => window.ready);
};

test("createCached shares one load, follows its key, and throws to the boundary", async ({
  page,
  app,
}) => {
  await open(page, app, "cached");
  const texts = page.locator("#value");
  await expect(texts).toHaveText(["a 1", "a 1"]);
  await page.evaluate(() => window.app.cache.set("a", "from elsewhere"));
  await expect(texts).toHaveText(["from elsewhere", "from elsewhere"]);
  await page.evaluate(() => window.app.cache.invalidate("a"));
  await expect(texts).toHaveText(["a 2", "a 2"]);
  await page.evaluate(() => window.app.setKey("b"));
  await expect(texts).toHaveText(["b 3", "b 3"]);
  // An eviction changes nothing on the screen.
  await page.evaluate(() => {
    for (let i = 0; i < 20; i++) window.app.cache.set(`other ${i}`, "x");
  });
  await expect(texts).toHaveText(["b 3", "b 3"]);
  await page.evaluate(() => {
    window.app.cache.set("b", "again");
    window.app.fail();
    window.app.cache.delete("b");
  });
  await expect(page.locator("#caught")).toHaveText("offline");
});

test("lazyRoute loads again after a failure; <Lazy> waits for its trigger and retries", async ({
  page,
  app,
}) => {
  await open(page, app, "lazy");
  await page.getByRole("button", { name: "a bad deploy" }).click();
  await expect(page.locator("#route")).toHaveText("Hello world");
  await expect(page.locator("#placeholder")).toBeVisible();
  await page.locator("#below").hover();
  await page.getByRole("button", { name: "gone" }).click();
  await expect(page.locator("#chart")).toHaveText("Chart of rain");
  await expect(page.locator("#below")).not.toHaveAttribute("aria-busy");
});

test("createVital shows a vital, <Sampler> the dashboard's tiles", async ({ page, app }) => {
  await open(page, app, "sampler");
  await expect(page.locator("#fcp")).toHaveText(/good|needs-improvement|poor/);
  await expect(page.locator("apus-sampler .tile").first()).toBeVisible();
  expect(
    await page.evaluate(
      () => document.querySelector("apus-sampler").sampler === window.app.sampler,
    ),
  ).toBe(true);
});

/** The HTML of page.jsx, rendered in Node. */
async function onServer() {
  const outfile = join(root, "build/solid-server.mjs");
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { createComponent, renderToString } from "solid-js/web"; import { Page } from "./tests/solid/page.jsx";
        process.stdout.write(renderToString(() => createComponent(Page, {})));`,
      resolveDir: root,
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    packages: "external",
    plugins: [solid("ssr")],
  });
  return (await promisify(execFile)("node", [outfile], { cwd: root })).stdout;
}

test("a server renders the first rows, and the browser takes them over without a jump", async ({
  page,
  app,
}) => {
  const html = await onServer();
  expect(html.match(/slot="row"/g)).toHaveLength(15);
  expect(html).toContain("City &lt;14>");
  expect(html).toContain('gap="2"');
  expect(html).not.toContain("stick-to-end");
  const before = app.body;
  app.body = `<div id="root">${html.replace("<apus-list ", "<apus-list data-server ")}</div>`;
  await page.addInitScript(() => {
    // How many rows are painted in each frame: an observer's first call comes right before the paint.
    window.seen = [];
    const look = () => {
      const observer = new ResizeObserver(() => {
        observer.disconnect();
        const list = document.querySelector("apus-list");
        const rows = [...(list?.children ?? [])].filter(
          (row) => row.getBoundingClientRect().height > 0,
        );
        if (list) window.seen.push(rows.length);
        requestAnimationFrame(look);
      });
      observer.observe(document.documentElement);
    };
    requestAnimationFrame(look);
  });
  await open(page, app, "hydrated");
  app.body = before;
  await page.waitForFunction(() => document.querySelector("apus-list").range?.end > 0);
  await expect(page.getByText("0: City <0>")).toBeVisible();
  const seen = await page.evaluate(() => window.seen);
  expect(seen.length).toBeGreaterThan(1);
  expect(Math.min(...seen), seen.join()).toBeGreaterThan(10);
  await expect(page.locator("apus-list")).toHaveAttribute("data-server"); // no other one
  await page.locator("#after").click();
  await expect(page.locator("#after")).toHaveText("1 clicks");
  await page.evaluate(() => document.querySelector("apus-list").scrollToIndex(400));
  await expect(page.getByText("400: City <400>")).toBeVisible();
  expect(await page.locator("apus-list").count()).toBe(1);
});
