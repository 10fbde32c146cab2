// Chromium with either module map, and a page that runs trials.
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../../../tools/run.js";
import { findChromium } from "../../../tools/setup/chromium.js";
import { findFirefox } from "../../../tools/setup/firefox.js";
import { faultServer } from "../fault-server.js";

/** Browsers keep a failed fetch in the module map either for ever, or not at all. */
export const lanes = {
  "old map": ["--disable-features=ModuleMapDoNotCacheFailedFetch"],
  "new map": [],
};

/** How long a page may take to load on a machine that is busy, ms. */
const PATIENCE = 120_000;

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
 * A page for trials. `renew` loads it again, in the origin of the trial's modules if one is given.
 * @typedef {object} TrialPage
 * @property {any} page
 * @property {(origin?: string) => Promise<void>} renew
 * @property {(job: object) => Promise<any>} trials see page.js
 * @property {() => Promise<void>} close
 */

/** @param {string} url of the server @param {any} page @param {() => Promise<void>} close @returns {TrialPage} */
const trialPage = (url, page, close) => {
  page.setDefaultTimeout(PATIENCE);
  page.setDefaultNavigationTimeout(PATIENCE);
  return {
    page,
    close,
    trials: (job) => page.evaluate((/** @type {object} */ job) => globalThis.trials(job), job),
    async renew(origin = url) {
      const waitUntil = "domcontentloaded";
      await page.goto(`${origin}/faults/ok/bench/page.html`, { waitUntil });
      await page.waitForFunction(() => "trials" in globalThis);
    },
  };
};

/**
 * A server and a browser. `open` makes pages that share no connections and no
 * caches.
 * @template T
 * @param {string} lane
 * @param {(server: Awaited<ReturnType<typeof faultServer>>, open: () => Promise<TrialPage>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBrowser(lane, work) {
  const server = await faultServer({ seed: 7, extra: await pageFiles() });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-background-networking", ...lanes[lane]],
  });
  try {
    return await work(server, async () => {
      const context = await browser.newContext();
      const tab = trialPage(server.url, await context.newPage(), () => context.close());
      await tab.renew();
      return tab;
    });
  } finally {
    await browser.close();
    await server.close();
  }
}

/**
 * The same in Firefox; its pages share their caches.
 * @template T
 * @param {(server: Awaited<ReturnType<typeof faultServer>>, open: () => Promise<TrialPage>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFirefox(work) {
  const server = await faultServer({ seed: 7, extra: await pageFiles() });
  const { launch } = await import("puppeteer-core");
  const executablePath = findFirefox();
  const browser = await launch({ browser: "firefox", executablePath, headless: true });
  try {
    return await work(server, async () => {
      const page = await browser.newPage();
      const tab = trialPage(server.url, page, () => page.close());
      await tab.renew();
      return tab;
    });
  } finally {
    await browser.close();
    await server.close();
  }
}
