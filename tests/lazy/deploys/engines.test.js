// A tab that lives through deploys in engines other than Chromium: it holds its build's files, and
// changes to a new build at a navigation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachEngine } from "../../engines/index.js";
import { hostileSite } from "../../hostile-server.js";

const headers = { "cache-control": "no-store" };
const files = (/** @type {string} */ build) => ({
  [`chart-${build}.js`]: {
    name: "chart",
    body: `import { build } from "./axis-${build}.js"; export { build };`,
    imports: [`axis-${build}.js`],
    css: [`chart-${build}.css`],
  },
  [`axis-${build}.js`]: { body: `export const build = "${build}";`, css: [] },
  [`chart-${build}.css`]: { body: `body { outline: 2px dotted rgb(1, 2, 3) }` },
  [`facts-${build}.json`]: { name: "facts", body: JSON.stringify({ build }) },
});

const site = hostileSite();
let trial = 0;

/** Deploys a build into a folder, and removes others. @param {string} folder @param {string} build */
function deploy(folder, build) {
  const listed = {};
  for (const it of ["A", "B"]) {
    for (const [path, { body, ...file }] of Object.entries(files(it))) {
      site.answer(`${folder}/${path}`, it === build ? { body, headers } : { status: 404 });
      if (it === build) listed[path] = { ...file, size: body.length };
    }
  }
  const manifest = JSON.stringify({ apus: 1, build, files: listed });
  site.answer(`${folder}/m.json`, { body: manifest, headers: { "cache-control": "no-cache" } });
}

/** Starts a tab of the build that the folder has now, and waits until it holds it. */
const start = (page, folder, hold = 1e6) =>
  page.evaluate(
    async (manifest, hold) => {
      const { lazyDefaults, watchDeploys } = await import("/apus/index.js");
      lazyDefaults({ manifest });
      globalThis.folder = new URL(manifest, location.href);
      globalThis.deploys = await watchDeploys({ hold, interval: Infinity });
      while (hold && !globalThis.deploys.held.complete) {
        await new Promise((done) => setTimeout(done, 50));
      }
      return globalThis.deploys.held.files;
    },
    `${folder}/m.json`,
    hold,
  );

inEachEngine((engine) => {
  test(`${engine.name}: a tab opens the routes that it holds`, engine.options, async () => {
    const folder = `/deploys${++trial}`;
    deploy(folder, "A");
    await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
    assert.equal(await start(engine.page, folder), 4);
    deploy(folder, "B");
    const opened = await engine.page.evaluate(async () => {
      const { lazy } = await import("/apus/index.js");
      const { build } = await lazy("chart", { as: "module" });
      const facts = await lazy("facts", { as: "json" });
      return [build, facts.build, getComputedStyle(document.body).outlineStyle];
    });
    assert.deepEqual(opened, ["A", "A", "dotted"]);
  });

  test(`${engine.name}: without a hold the routes are gone or new`, engine.options, async () => {
    const folder = `/deploys${++trial}`;
    deploy(folder, "A");
    await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
    assert.equal(await start(engine.page, folder, 0), 0);
    deploy(folder, "B");
    const opened = await engine.page.evaluate(async () => {
      const { lazy } = await import("/apus/index.js");
      const at = (path) => new URL(path, globalThis.folder);
      const { build } = await lazy(at("chart-A.js"), { as: "module" });
      return [build, await lazy(at("facts-A.json")).catch(({ code }) => code)];
    });
    // A tab that has started no file of a build takes the server's, and is bound to it.
    assert.deepEqual(opened, ["B", "GONE"]);
  });

  test(`${engine.name}: apply() loads the document at a navigation`, engine.options, async () => {
    const folder = `/deploys${++trial}`;
    deploy(folder, "A");
    await engine.page.goto(`${engine.url}/tests/pages/blank.html?${trial}`);
    await start(engine.page, folder);
    deploy(folder, "B");
    await engine.page.evaluate(async () => {
      const told = new Promise((resolve) => addEventListener("apus-lazy:update", resolve));
      globalThis.deploys.check();
      (await told).detail.apply();
      globalThis.old = true;
    });
    await engine.page.evaluate(() => {
      const link = Object.assign(document.createElement("a"), { href: "?next" });
      // A router would navigate within the page.
      document.body.append(link);
      document.body.addEventListener("click", (event) => event.preventDefault());
      link.click();
    });
    for (let old = true; old; ) {
      await new Promise((done) => setTimeout(done, 50));
      // Not while the document changes.
      old = await engine.page.evaluate(() => globalThis.old ?? false).catch(() => true);
    }
    assert.equal(await engine.page.evaluate(() => location.search), "?next");
  });
}, site);
