// Graphs of 33 modules whose responses may be kept, or not: requests and arrivals by caching
// header, share of 503, module map and loader, in Chromium and Firefox.
import { findFirefox } from "../../../tools/setup/firefox.js";
import { random, wide } from "../fault-server.js";
import { lanes, withBrowser, withFirefox } from "./browser.js";

/** Caching headers as in the paths of the fault server. */
export const headers = {
  "max-age=3600": "cache=max-age=3600",
  "no-store": "cache=no-store",
  "no-cache, ETag": "cache=no-cache,etag=1",
  "max-age=0, ETag": "cache=max-age=0,etag=1",
  "no header": "cache=none",
  "Vary: Sec-Fetch-Dest": "vary=sec-fetch-dest",
};

const faults = { "0%": "ok", "10%": "503=0.1", "30%": "503=0.3" };

/** What w0.js exports as its size: the paths from it to each module. */
const SIZE = 39;

/**
 * One cell: `count` graphs, each alone in a new page of its own origin.
 * @returns {Promise<{ ok: number, requests: number, duplicates: number, errors: string[] }>} `requests`
 *   for each module
 */
export async function cell(server, open, loader, spec, { count, batch, budget }) {
  const result = { ok: 0, requests: 0, duplicates: 0, errors: /** @type {string[]} */ ([]) };
  const run = async (/** @type {number} */ first) => {
    const tab = await open();
    for (let trial = first; trial < count; trial += batch) {
      const folder = `/faults/${spec}/${loader.replace(/\W/g, "")}${trial}/`;
      const host = `h${Math.floor(1e9 * random(folder))}.localhost`;
      await tab.renew(server.url.replace("localhost", host));
      const job = { loader, urls: [`${folder}w0.js`], budget, timeout: 2000, size: SIZE };
      const { ok, duplicates, errors } = await tab.trials(job);
      result.ok += (100 * ok) / count;
      result.duplicates += duplicates;
      result.errors.push(...errors);
      for (const [path, asked] of server.requests) {
        if (path.startsWith(folder)) result.requests += asked / wide / count;
      }
    }
    await tab.close();
  };
  await Promise.all(Array.from({ length: batch }, (_, first) => run(first)));
  return result;
}

/**
 * @param {boolean} quick
 * @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function uncacheable(quick, report) {
  const extent = quick
    ? { count: 2, batch: 2, budget: 30_000 }
    : { count: 30, batch: 6, budget: 30_000 };
  const loaders = ["apus", ...(quick ? [] : ["es-module-shims + p-retry"])];
  const shares = Object.entries(faults).filter(([share]) => !quick || share !== "10%");
  const places = [
    ...Object.keys(lanes).map((lane) => [lane, (work) => withBrowser(lane, work)]),
    ...(findFirefox() ? [["Firefox", withFirefox]] : []),
  ];
  const rows = Object.keys(headers).flatMap((header) =>
    shares.map(([share]) => [`${header}, ${share}`]),
  );
  const metrics = {
    success_uncacheable_30_pct: 100,
    requests_vs_modules_no_fault: 0,
    duplicate_instances_uncacheable: 0,
  };
  for (const [place, inPlace] of places) {
    console.error(`headers, ${place}`);
    await inPlace(async (server, open) => {
      for (const loader of loaders) {
        let at = 0;
        for (const header of Object.values(headers)) {
          for (const [share, fault] of shares) {
            const found = await cell(server, open, loader, `${fault},${header}`, extent);
            const { ok, requests, duplicates } = found;
            rows[at++].push(`${ok.toFixed(0)}% ${requests.toFixed(2)}`);
            if (loader !== "apus") continue;
            for (const error of found.errors) console.error(error);
            metrics.duplicate_instances_uncacheable += duplicates;
            if (share === "30%") {
              metrics.success_uncacheable_30_pct = Math.min(metrics.success_uncacheable_30_pct, ok);
            } else if (share === "0%") {
              const most = Math.max(metrics.requests_vs_modules_no_fault, requests);
              metrics.requests_vs_modules_no_fault = most;
            }
          }
        }
      }
    });
  }
  report.table("headers", {
    caption:
      "Graphs of 33 modules that arrived, and requests a module, by caching header and share of 503; " +
      `${extent.count} trials a cell, ${extent.budget} ms each`,
    columns: ["", ...places.flatMap(([place]) => loaders.map((loader) => `${loader}, ${place}`))],
    rows,
  });
  return metrics;
}
