// Every element under the policies of strict pages, with and without Trusted
// Types: everything works, and nothing violates the policy.
import { createHash } from "node:crypto";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "../browser.js";

const page = "/tests/csp/pages/page.js";
// As in pages that allow scripts by hash. import() here would count as inserted by the parser.
const inline = `
  const script = document.createElement("script");
  script.type = "module";
  script.src = globalThis.trustedTypes.createPolicy("page", { createScriptURL: (url) => url }).createScriptURL("${page}");
  document.head.append(script);`;
const hash = `'sha256-${createHash("sha256").update(inline).digest("base64")}'`;

/** script-src, and the script that it allows */
const sources = {
  self: ["'self'", `<script type="module" src="${page}"></script>`],
  nonce: ["'nonce-once'", `<script type="module" nonce="once" src="${page}"></script>`],
  "nonce, strict-dynamic": [
    "'nonce-once' 'strict-dynamic'",
    `<script type="module" nonce="once" src="${page}"></script>`,
  ],
  "hash, self": [`${hash} 'self'`, `<script>${inline}</script>`],
  "hash, strict-dynamic": [`${hash} 'strict-dynamic'`, `<script>${inline}</script>`],
};
/** @type {Record<string, string>} by what the pages ask for */
const trustedTypes = {
  apus: "; require-trusted-types-for 'script'; trusted-types apus page",
  none: "; require-trusted-types-for 'script'; trusted-types page",
};

const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await serve({
        handle(_, response, { pathname, searchParams }) {
          if (pathname !== "/csp") return false;
          const [allowed, script] = sources[searchParams.get("source")];
          const policy =
            `default-src 'none'; script-src ${allowed} 'wasm-unsafe-eval'; worker-src 'self'; ` +
            `connect-src 'self'; img-src data: 'self'; base-uri 'none'`;
          response.writeHead(200, {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy":
              policy + (trustedTypes[searchParams.get("types") ?? ""] ?? ""),
          });
          response.end(`<!doctype html><html lang="en"><title>A strict page</title>
            <link rel="icon" href="data:,">
            <apus-list aria-label="Rows"></apus-list>
            <apus-cache name="strict" persist panel></apus-cache>
            <apus-lazy src="/tests/csp/pages/module.js"><p>It is loaded</p></apus-lazy>
            <apus-sampler id="tiles"></apus-sampler>
            <apus-sampler id="dashboard" dashboard></apus-sampler>
            <apus-image src="/atlas.png" alt="The Atlas" width="1440" height="900" blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj"></apus-image>
            <apus-image src="/none.png" alt="Nothing" width="1440" height="900"></apus-image>${script}`);
          return true;
        },
      });
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
});

for (const source of Object.keys(sources)) {
  for (const types of [false, true]) {
    test(`all elements work under ${source}${types ? ", with Trusted Types" : ""}`, async ({
      page,
      problems,
    }) => {
      await page.addInitScript(() => {
        globalThis.violations = [];
        document.addEventListener("securitypolicyviolation", (event) =>
          globalThis.violations.push(
            `${event.violatedDirective}: ${event.sample || event.blockedURI}`,
          ),
        );
      });
      const worker = page.waitForEvent("worker");
      await page.goto(`/csp?source=${encodeURIComponent(source)}${types ? "&types=apus" : ""}`);
      await expect(page).toHaveTitle("written");
      expect((await worker).url()).toContain("/apus/pack-worker.js");

      await expect(page.getByText("row 0", { exact: true })).toBeVisible();
      await expect(page.locator("apus-cache")).toContainText("Hit ratio");
      await expect(page.locator("apus-cache dd").nth(1)).toContainText("5,000");
      await expect(page.getByText("It is loaded")).toBeVisible();
      await expect(page.locator("#tiles #FCP")).toContainText(/good|needs improvement|poor/);
      await expect(page.locator("#tiles #rows")).toContainText("filter");
      const dashboard = page.locator("#dashboard");
      for (const [tab, text] of Object.entries({
        "Over time": "p99",
        Network: "Resources by type",
        "Long frames": "Time in long frames, by script",
        Health: "State",
        Alerts: "Budgets",
        Timings: "The slowest entries",
      })) {
        await dashboard.getByRole("tab", { name: tab }).click();
        await expect(dashboard.getByRole("tabpanel")).toContainText(text);
        if (tab === "Over time") await expect(dashboard.locator("canvas")).toBeVisible();
        if (tab === "Network")
          await expect(dashboard.locator("#waterfall li").first()).toBeVisible();
      }
      const images = page.locator("apus-image");
      for (const image of await images.all()) await image.scrollIntoViewIfNeeded();
      await expect(images.first()).toHaveJSProperty("state", "loaded");
      await expect(page.getByText("Nothing. This image could not be loaded.")).toBeVisible();
      const missing = problems.splice(0); // of the image that is not there
      expect(missing.filter((text) => !/404|GONE|none\.png|apus-image/.test(text))).toEqual([]);
      expect(await page.evaluate(() => globalThis.violations)).toEqual([]);
      expect(problems).toEqual([]);
    });
  }
}

test("where the policy apus is not allowed, the page packs on its own thread", async ({ page }) => {
  const workers = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  await page.goto("/csp?source=self&types=none");
  await expect(page).toHaveTitle("written");
  const kept = await page.evaluate(async () => {
    const cache = await document.querySelector("apus-cache").ready;
    return cache.stats().disk.entries;
  });
  expect([kept, workers]).toEqual([5000, []]);
});
