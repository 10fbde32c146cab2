// Live channels in a service worker, where `import()` is not allowed.
import { build } from "esbuild";
import { test as base, expect } from "../../browser.js";
import { startServer } from "./server.js";

/** @param {string} sync which script has `connect` */
async function script(sync) {
  const { outputFiles } = await build({
    entryPoints: [new URL("service-worker.js", import.meta.url).pathname],
    bundle: true,
    format: "esm",
    write: false,
    external: ["/apus/*"],
    alias: { "#sync": sync },
  });
  return outputFiles[0].text;
}

const test = base.extend({
  live: async ({ server }, use) => {
    const live = await startServer(server.url, {
      scripts: {
        "/apus/as-shipped.js": await script("/apus/sync.js"),
        "/apus/bundled.js": await script(
          new URL("../../../js/sync/index.js", import.meta.url).pathname,
        ),
      },
    });
    await use(live);
    await live.stop();
  },
});

/** What the worker answers. @param {import("@playwright/test").Page} page @param {string} name */
const ask = (page, name) =>
  page.evaluate(async (name) => {
    const options = /** @type {RegistrationOptions} */ ({ type: "module", scope: "/apus/" });
    const registration = await navigator.serviceWorker.register(`/apus/${name}.js`, options);
    while (!registration.active) await new Promise((resolve) => setTimeout(resolve, 10));
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    registration.active.postMessage(port2, [port2]);
    return answer;
  }, name);

test.use({ serviceWorkers: "allow" });

test("a service worker hears and publishes when its script is one file", async ({ page, live }) => {
  await page.goto(`${live.url}/tests/pages/blank.html`);
  expect(await ask(page, "bundled")).toEqual({ got: [0, 1, 2], tabs: 1 });
});

test("without a bundler it is refused by the browser, at once", async ({ page, live }) => {
  await page.goto(`${live.url}/tests/pages/blank.html`);
  const { error } = await ask(page, "as-shipped");
  expect(error).toMatch(/^TypeError: import\(\) is disallowed on ServiceWorkerGlobalScope/);
});
