// Chromium with either module map, and a page that runs trials.
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../../../tools/run.js";
import { findChromium } from "../../../tools/setup/chromium.js";
import { faultServer } from "../fault-server.js";

/** Browsers keep a failed fetch in the module map either for ever, or not at all. */
export const lanes = {
  "old map": ["--disable-features=ModuleMapDoNotCacheFailedFetch"],
  "new map": [],
};

/** The page and its script, bundled, as files of the fault server. */
async function pageFiles() {
  const { outputFiles } = await build({
    entryPoints: [`${root}tests/lazy/bench/page.js`],
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["/apus/*"],
    supported: { "dynamic-import": true },
    write: false,
  });
  return {
    "page.html": {
      type: "text/html",
      body: `<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>`,
    },
    "page.js": { body: outputFiles[0].text },
  };
}

/**
 * A server and a browser. `open` makes pages that share no connections and no
 * caches.
 * @template T
 * @param {string} lane
 * @param {(server: Awaited<ReturnType<typeof faultServer>>, open: () => Promise<TrialPage>) => Promise<T>} work
 * @returns {Promise<T>}
 * @typedef {{ page: import("playwright-core").Page, renew: () => Promise<void> }} TrialPage
 */
export async function withBrowser(lane, work) {
  const server = await faultServer({ seed: 7, extra: await pageFiles() });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-background-networking", ...lanes[lane]],
  });
  try {
    return await work(server, async () => {
      const page = await (await browser.newContext()).newPage();
      const renew = async () => {
        await page.goto(`${server.url}/faults/ok/bench/page.html`);
        await page.waitForFunction(() => "trials" in globalThis);
      };
      await renew();
      return { page, renew };
    });
  } finally {
    await browser.close();
    await server.close();
  }
}
