// Whether the vitals of every page view arrive, and what of web-vitals' promises the sampler keeps.
import { chromium } from "playwright-core";
import { Collection } from "../../../tools/collector/database.js";
import { take } from "../../../tools/collector.js";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";
import { cases, restoreCases, subjects } from "../vitals/cases.js";
import { Probe } from "../vitals/probe.js";

/**
 * @param {number} views back/forward-cache restores and soft navigations, half of them sent as JSON, half as OTLP
 * @param {number} every of the suite's cases, one in so many is run
 * @returns {Promise<{ pageViews: number, parity: number }>} % of the page views whose LCP, FCP and TTFB the collector
 *   has; % of the cases that the library passes and the sampler, too
 */
export async function benchVitals(views, every) {
  const collection = new Collection(":memory:");
  const server = await serve({
    async handle(request, response, { pathname }) {
      if (pathname !== "/page-views") return false;
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { status } = take(String(Buffer.concat(chunks)), collection);
      response.writeHead(status).end();
      return true;
    },
  });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  try {
    for (const format of ["json", "otlp"]) await visit(browser, server.url, format, views / 2);
    const counts = new Map(collection.summary().vitals.map(({ name, views }) => [name, views]));
    const reported = Math.min(...["LCP", "FCP", "TTFB"].map((name) => counts.get(name) ?? 0));
    const pageViews = (100 * reported) / (views + 2); // two loads
    return { pageViews, parity: await suite(browser, server.url, every) };
  } finally {
    await browser.close();
    await server.close();
    collection.close();
  }
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url
 * @param {string} format @param {number} views
 */
async function visit(browser, url, format, views) {
  const page = await browser.newPage();
  const probe = new Probe(page, url, "library");
  await probe.open({ late: true });
  await page.evaluate(async (format) => {
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const sampler = await Sampler.start({
      endpoint: "/page-views",
      transport: { format, compress: false, every: 2000 },
      vitals: { reportSoftNavs: true },
    });
    Object.assign(globalThis, { sampler });
  }, format);
  for (let view = 1; view <= views; view++) {
    if (view % 2) await probe.go(Math.ceil(view / 2));
    else await probe.comeBack();
    await page.waitForFunction((count) => {
      const { vitals } = /** @type {any} */ (globalThis).sampler.report();
      return vitals.filter((/** @type {any} */ { name }) => name === "LCP").length > count;
    }, view);
  }
  await page.evaluate(() => /** @type {any} */ (globalThis).sampler.flush());
  await page.close();
}

/** @param {import("playwright-core").Browser} browser @param {string} url @param {number} every */
async function suite(browser, url, every) {
  const passed = { library: 0, sampler: 0 };
  for (const { run } of [...cases, ...restoreCases].filter((_, at) => at % every === 0)) {
    const both = [];
    for (const subject of subjects) {
      const context = await browser.newContext();
      const probe = new Probe(await context.newPage(), url, subject);
      both.push(
        await run(probe).then(
          () => true,
          () => false,
        ),
      );
      await context.close();
    }
    const [library, sampler] = both;
    if (library) passed.library++;
    if (library && sampler) passed.sampler++;
  }
  return (100 * passed.sampler) / passed.library;
}
