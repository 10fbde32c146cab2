// Two builds of a site: pages, files and kept responses of one are never mixed with the other's.
import { build as bundle } from "esbuild";
import { test as base, expect, ok } from "./fixture.js";

const main = `import { watchUpdates } from "/apus/worker-page.js";
import { build } from "/app/build.js";
Object.assign(window, { build, told: [] });
const updates = await watchUpdates({ build, ready: () => window.ready === true });
updates.addEventListener("update", ({ detail }) => window.told.push(detail.build));
Object.assign(window, { updates });
document.title = build + " " + document.body.textContent;`;

const claim = `addEventListener("activate", (event) => event.waitUntil(clients.claim()));`;
const routes = `import { build, route } from "/apus/worker.js";
  build(BUILD, { manifest: "/lazy.json" });
  route("/app/*", "cache-first", { cache: "pages", perBuild: true });
  ${claim}`;

const test = base.extend({
  /** Puts a build on the server: its page, its script, its worker. */
  deploy: async ({ site }, use) => {
    const headers = { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" };
    await use((/** @type {string} */ id, { worker = routes, manifest = id } = {}) => {
      const script = worker.replaceAll("BUILD", `"${id}"`);
      site.answer("/sw.js", { body: script, headers });
      site.answer("/lazy.json", JSON.stringify({ apus: 1, build: manifest, files: {} }));
      const page = `<!doctype html><script type="module" src="/app/main.js"></script><body>${id}`;
      site.answer("/app/", ok(page, headers, { type: "text/html" }));
      site.answer("/app/main.js", ok(main));
      site.answer("/app/build.js", ok(`export const build = "${id}";`));
    });
  },
  /** Another tab, with the first build's worker. */
  open: async ({ site, context }, use) => {
    await use(async () => {
      const tab = await context.newPage();
      await tab.goto(`${site.url}/app/`);
      await tab.waitForFunction("window.updates");
      return tab;
    });
  },
  /** A tab whose worker is of the first build, and has kept its files. */
  first: async ({ site, page, open }, use) => {
    await use(async () => {
      await page.goto(`${site.url}/app/`);
      await page.evaluate(async () => {
        const controlled = new Promise((resolve) => {
          navigator.serviceWorker.oncontrollerchange = resolve;
        });
        await navigator.serviceWorker.register("/sw.js", { type: "module" });
        if (!navigator.serviceWorker.controller) await controlled;
      });
      const tab = await open(); // its files are kept
      await page.close();
      return tab;
    });
  },
});

/** Has the browser look for a new worker. @param {import("@playwright/test").Page} tab */
const look = (tab) =>
  tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => {});
  });
const told = (tab) => tab.evaluate("window.told");
const apply = (tab) => tab.evaluate("window.updates.apply()");
const databases = (tab) =>
  tab.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).join(" "));
const cached = (tab) => tab.evaluate(async () => (await caches.keys()).join(" "));

for (const [name, worker] of Object.entries({
  "of routes": async () => routes,
  "with workbox-precaching": precaching,
})) {
  test(`a new worker ${name} waits, and takes over when every page may be reloaded`, async ({
    site,
    first,
    open,
    deploy,
  }) => {
    const script = await worker();
    deploy("A", { worker: script });
    const one = await first();
    const asked = () => site.requests.filter(({ path }) => path.startsWith("/app/")).length;
    await expect
      .poll(async () => {
        const before = asked();
        await one.reload();
        await one.waitForFunction("window.updates");
        return asked() - before;
      })
      .toBe(0); // all is kept
    deploy("B", { worker: script });
    await look(one);
    await expect.poll(() => told(one)).toEqual(["B"]);
    const two = await open();
    await expect(two).toHaveTitle("A A");
    await expect.poll(() => told(two)).toEqual(["B"]);
    expect(await apply(one)).toEqual({ taken: false, reason: "busy" });
    expect(await one.evaluate("fetch('/app/build.js').then((it) => it.text())")).toContain('"A"');
    await two.evaluate("window.ready = true");
    await one.evaluate("void window.updates.apply()");
    for (const tab of [one, two]) await expect(tab).toHaveTitle("B B");
    await expect.poll(() => databases(one)).not.toContain("@A");
    await expect.poll(() => cached(one)).not.toContain("@A");
  });
}

test("a page of the new build has its worker take over without a reload", async ({
  first,
  deploy,
}) => {
  const worker = routes.replace("cache-first", "network-first");
  deploy("A", { worker });
  const tab = await first();
  deploy("B", { worker });
  await tab.reload();
  await expect(tab).toHaveTitle("B B");
  await tab.evaluate("window.same = true");
  await look(tab);
  await expect
    .poll(() => tab.evaluate("navigator.serviceWorker.controller.state"))
    .toBe("activated");
  await expect.poll(() => cached(tab)).not.toContain("pages@A");
  expect(await tab.evaluate("[window.same, ...window.told]")).toEqual([true]);
});

test("pages of another build, and those that do not answer, keep the new worker waiting", async ({
  site,
  context,
  first,
  open,
  deploy,
}) => {
  const worker = routes.replace("cache-first", "network-first");
  deploy("A", { worker });
  const one = await first();
  deploy("B", { worker });
  const two = await open();
  await expect(two).toHaveTitle("B B");
  await look(one);
  for (const tab of [one, two]) await expect.poll(() => told(tab)).toEqual(["B"]);
  await one.close();
  const silent = await context.newPage();
  await silent.goto(`${site.url}/tests/pages/blank.html`);
  expect(await apply(two)).toEqual({ taken: false, reason: "busy" });
  await silent.close();
  await two.evaluate("window.same = true");
  expect(await apply(two)).toEqual({ taken: true });
  await expect.poll(() => cached(two)).not.toContain("pages@A");
  expect(await two.evaluate("window.same")).toBe(true);
});

test("a worker whose manifest is of another build does not install", async ({ first, deploy }) => {
  deploy("A");
  const tab = await first();
  deploy("B", { manifest: "C" });
  await look(tab);
  const waits = "navigator.serviceWorker.ready.then((it) => Boolean(it.waiting ?? it.installing))";
  await expect.poll(() => tab.evaluate(waits)).toBe(false);
  expect(await told(tab)).toEqual([]);
  expect(await apply(tab)).toEqual({ taken: false, reason: "none" });
  deploy("C");
  await look(tab);
  await expect.poll(() => told(tab)).toEqual(["C"]);
});

test("a worker that is outdated when it should take over gives way to the newest", async ({
  first,
  deploy,
}) => {
  deploy("A");
  const tab = await first();
  deploy("B");
  await look(tab);
  await expect.poll(() => told(tab)).toEqual(["B"]);
  deploy("C");
  expect(await apply(tab)).toEqual({ taken: false, reason: "outdated" });
  await expect.poll(() => told(tab)).toEqual(["B", "C"]);
  await tab.evaluate("void window.updates.apply()");
  await expect(tab).toHaveTitle("C C");
});

test("a bad argument is named", async ({ start, ask, page }) => {
  await start(`import { build } from "/apus/worker.js";`);
  const bad = {
    "build(1)": /^TypeError: build: id/,
    'build("A", { manifest: 1 })': /^TypeError: build: manifest/,
    'route("/a", "cache-first", { perBuild: true })': /^TypeError: route: perBuild/,
    'build("A"), build("B")': /^ApusError: build: it is "A" already/,
  };
  for (const [code, error] of Object.entries(bad)) expect(await ask(code), code).toMatch(error);
  const watch = (/** @type {string} */ options) =>
    page.evaluate(`import("/apus/worker-page.js")
      .then(({ watchUpdates }) => watchUpdates(${options})).catch(String)`);
  expect(await watch("{}")).toBe("TypeError: watchUpdates: build is missing");
  expect(await watch('{ build: "A", ready: true }')).toContain("TypeError: watchUpdates: ready");
});

/** The same site with its files in Workbox's precache, which a bundler has put into the worker. */
async function precaching() {
  const { outputFiles } = await bundle({
    stdin: {
      contents: `import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
        import { build, route } from "/apus/worker.js";
        build(BUILD, { manifest: "/lazy.json" });
        cleanupOutdatedCaches();
        const files = ["/app/", "/app/main.js", "/app/build.js"];
        precacheAndRoute(files.map((url) => ({ url, revision: BUILD })));
        route("/app/*", "cache-first", { cache: "pages", perBuild: true });
        ${claim}`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: "esm",
    external: ["/apus/worker.js"],
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  return outputFiles[0].text;
}
