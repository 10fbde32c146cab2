// Loading a graph of nine modules through a network that fails, in headless
// Chromium with both module maps. Every loader has the same time budget and
// the same timeout for each request.
import { lanes, withBrowser } from "./bench/browser.js";

const loaders = ["apus", "plain", "p-retry", "retry-dynamic-import", "es-module-shims + p-retry"];

const cells = {
  success_503_30_pct: "503=0.3",
  success_reset_30_pct: "reset=0.3",
  success_hang_10_pct: "hang=0.1",
};

/**
 * A page is left after so many trials: its hanging requests hold connections.
 * Each trial has an origin of its own, as connections are counted by origin.
 */
const batch = 40;

/**
 * One cell of the table: one loader, one fault, one module map.
 * @returns {Promise<{ pct: number, duplicates: number }>}
 */
async function cell({ page, renew }, server, { loader, spec, count, ...limits }) {
  let ok = 0;
  let duplicates = 0;
  for (let done = 0; done < count; done += batch) {
    const urls = Array.from({ length: Math.min(batch, count - done) }, (_, i) => {
      const origin = server.url.replace("localhost", `t${i}.localhost`);
      return `${origin}/faults/${spec}/${loader.replace(/\W/g, "")}${done + i}/m0.js`;
    });
    const job = { loader, urls, ...limits };
    const result = await page.evaluate((job) => globalThis.trials(job), job);
    ok += result.ok;
    duplicates += result.duplicates;
    if (process.env.DEBUG) console.log(loader, spec, done, result.ok, result.errors.slice(0, 2));
    await renew();
  }
  return { pct: (100 * ok) / count, duplicates };
}

/** @param {{ quick?: boolean }} options */
export async function bench({ quick = false }) {
  const limits = quick ? { budget: 4000, timeout: 500 } : { budget: 10_000, timeout: 1000 };
  /** @type {Record<string, Record<string, { pct: number, duplicates: number }[]>>} */
  const results = {};
  for (const lane of Object.keys(lanes)) {
    await withBrowser(lane, async (server, open) => {
      const rows = Object.entries(cells).map(async ([metric, spec]) => {
        const page = await open();
        for (const loader of loaders) {
          const count = quick ? 40 : loader === "apus" ? 1000 : 200;
          const result = await cell(page, server, { loader, spec, count, ...limits });
          results[metric] ??= {};
          results[metric][loader] ??= [];
          results[metric][loader].push(result);
        }
      });
      await Promise.all(rows);
    });
  }
  return report(results);
}

/** @param {Record<string, Record<string, { pct: number, duplicates: number }[]>>} results */
function report(results) {
  console.log("graphs of 9 modules that arrived, % (old module map / new)\n");
  console.log(["", ...loaders].map((text) => text.padEnd(26)).join(""));
  /** @type {Record<string, number>} */
  const metrics = { duplicate_instances: 0 };
  for (const metric of Object.keys(cells)) {
    const row = results[metric];
    const shown = loaders.map((name) => row[name].map(({ pct }) => pct.toFixed(1)).join(" / "));
    console.log([metric, ...shown].map((text) => text.padEnd(26)).join(""));
    metrics[metric] = Math.min(...row.apus.map(({ pct }) => pct));
    for (const { duplicates } of row.apus) metrics.duplicate_instances += duplicates;
  }
  return metrics;
}
