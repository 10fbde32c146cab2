// What fails in an element is on the console once, with its element, unless a listener cancels it.
import { root } from "../../tools/run.js";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "../browser.js";

const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await serve({
        handle(_, response, { pathname }) {
          if (pathname !== "/without-wasm") return false;
          response.writeHead(200, {
            "content-type": "text/html",
            "content-security-policy": "script-src 'self'",
          });
          response.end('<!doctype html><title>A page</title><link rel="icon" href="data:,">');
          return true;
        },
      });
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
});

/** The properties with which each element needs its WebAssembly. */
const uses = {
  cache: { name: "c" },
  list: { items: ["a"] },
  lazy: { src: "/tests/engines/module.js" },
  live: { url: "/gateway/" },
  sampler: {},
  quantum: { qasm: "OPENQASM 3; qubit q; bit c; h q; c = measure q;" },
};

for (const [name, properties] of Object.entries(uses)) {
  for (const cancelled of [false, true]) {
    const shown = cancelled ? "cancelled, the console shows nothing" : "it is on the console once";
    test(`<apus-${name}> without 'wasm-unsafe-eval': ${shown}`, async ({ page }) => {
      /** @type {string[]} */
      const logged = [];
      page.on("console", async (message) => {
        if (message.type() !== "error" || message.args().length < 2) return;
        const tags = message.args().map((arg) => arg.evaluate((it) => it.localName ?? `${it}`));
        logged.push((await Promise.all(tags)).join(": "));
      });
      await page.goto("/without-wasm");
      const told = await page.evaluate(
        async ([name, properties, cancelled]) => {
          await import(`/apus/define/${name}.js`);
          const element = Object.assign(document.createElement(`apus-${name}`), properties);
          const error = new Promise((resolve) => {
            element.addEventListener("error", (event) => {
              if (cancelled) event.preventDefault();
              resolve(String(event.detail.error ?? event.detail));
            });
          });
          document.body.append(element);
          return error;
        },
        [name, properties, cancelled],
      );
      expect(told).toContain("wasm-unsafe-eval");
      if (cancelled) expect(logged).toEqual([]);
      else
        await expect
          .poll(() => logged)
          .toEqual([expect.stringMatching(`^apus-${name}: .*wasm-unsafe-eval`)]);
    });
  }
}

test("<apus-cache max-entries> that is no number is an error that names it", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const message = await page.evaluate(async () => {
    await import("/apus/define/cache.js");
    document.body.innerHTML = "<i></i>";
    const element = document.createElement("apus-cache");
    element.setAttribute("max-entries", "abc");
    const error = new Promise((resolve) => {
      element.addEventListener("error", (event) => {
        event.preventDefault();
        resolve(event.detail.error.message);
      });
    });
    document.body.append(element);
    return error;
  });
  expect(message).toBe('<apus-cache> max-entries must be a number from 1, got "abc"');
});

test("restoreState() before items is kept", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    await import("/apus/define/list.js");
    const list = document.createElement("apus-list");
    list.style.height = "200px";
    list.restoreState({ row: 500, px: 0 });
    document.body.append(list);
    list.renderItem = (item, _index, row) => {
      row.textContent = `Row ${item}`;
    };
    await new Promise((resolve) => setTimeout(resolve, 50));
    list.items = Array.from({ length: 1000 }, (_, i) => i);
  });
  await expect(page.getByText("Row 500", { exact: true })).toBeInViewport();
});

test("a second copy of the package is named", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.route(/\/copy\//, (route) => {
    const path = new URL(route.request().url()).pathname.slice("/copy/".length);
    return route.fulfill({ path: `${root}dist/${path}` });
  });
  const warning = page.waitForEvent("console", (it) => it.type() === "warning");
  await page.evaluate(async () => {
    await import("/apus/define/list.js");
    await import("/copy/define/list.js");
  });
  expect((await warning).text()).toMatch(/two copies, \S+\/apus\/\S+ and \S+\/copy\/\S+/);
});
