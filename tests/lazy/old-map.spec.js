// Older browsers keep a failed import in the module map for the lifetime of the
// page; a flag turns that map on in Chromium.
import { lanes } from "./bench/browser.js";
import { everyHeader } from "./every-header.js";
import { expect, loadSealed, path, test } from "./fixture.js";

test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...lanes["old map"]] }),
});

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
});

everyHeader();

const imported = (page, url) =>
  page.evaluate(
    (url) =>
      import(url).then(
        ({ size }) => size,
        ({ name }) => name,
      ),
    url,
  );

test("a failed plain import fails for ever, lazy() recovers from the same fault", async ({
  page,
}) => {
  const url = path("first=1,only=m8.js");
  expect(await imported(page, url)).toBe("TypeError");
  expect(await imported(page, url), "the fault is over, but the map keeps it").toBe("TypeError");
  const size = await page.evaluate(async (url) => {
    const { lazy } = await import("/apus/index.js");
    return (await lazy(url)).size;
  }, path("first=1"));
  expect(size).toBe(10);
  expect(await page.evaluate(() => globalThis.instances.length)).toBe(9);
});

test("graphs of modules with hashes load, each module once", async ({ page, server }) => {
  for (const spec of ["503=0.3", "reset=0.3"]) {
    const [sizes, instances, different] = await loadSealed(page, server, spec, 5);
    expect(sizes).toEqual(Array(5).fill(10));
    expect(different).toBe(instances);
  }
});

test("the loader's own chunks and the core load through the same network", async ({ page }) => {
  await page.evaluate(() => import("/apus/index.js"));
  const failed = new Set();
  await page.route(/\/apus\/[^?]*$/, (route) => {
    const url = route.request().url();
    if (failed.has(url)) return route.continue();
    failed.add(url);
    return route.abort();
  });
  const result = await page.evaluate(
    async ([url, css]) => {
      const { lazy, lazyImport } = await import("/apus/index.js");
      const { size } = await lazy(url);
      const sheet = await lazy(css).catch(({ code }) => code);
      return [size, sheet, await lazyImport(async () => "imported")()];
    },
    [path("ok"), path("ok", "gone.css")],
  );
  expect(result).toEqual([10, "GONE", "imported"]);
  expect(
    [...failed].filter((url) => /page-loader|lexer|routes|gated|apus-lazy/.test(url)).length,
  ).toBe(5);
});

test("lazy() also recovers what a plain import has spoiled, deep in the graph too", async ({
  page,
  server,
}) => {
  server.extra["blank.html"] = { type: "text/html", body: "<!doctype html>" };
  await page.goto(path("ok", "blank.html"));
  for (const header of ["cache=max-age=3600", "cache=no-store"]) {
    const url = path(`first=1,only=m8.js,${header}`);
    const shared = url.replace("m0.js", "m5.js");
    expect(await imported(page, shared)).toBe(2);
    expect(await imported(page, url)).toBe("TypeError");
    const size = await page.evaluate(async (url) => {
      const { lazy } = await import("/apus/index.js");
      return (await lazy(url)).size;
    }, url);
    expect(size).toBe(10);
    const instances = await page.evaluate(() => globalThis.instances.splice(0));
    expect(new Set(instances).size).toBe(9);
    expect(instances.length).toBe(9);
  }
});
