// A tab lives through deploys: real builds, two servers, old files removed at once, 30% faults.
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../tools/setup/chromium.js";
import { random } from "../lazy/fault-server.js";
import { writeApp } from "./builds/app.js";
import { withEsbuild, withVite, withWebpack } from "./builds/bundlers.js";
import { deploySite, readBuild } from "./site.js";
import { Visitor } from "./visitor.js";
import { ways } from "./ways.js";

/** @type {Record<string, (task: import("./builds/bundlers.js").Task) => Promise<unknown>>} */
const bundlers = { vite: withVite, webpack: withWebpack, esbuild: withEsbuild };
const lanes = ["apus", "reload", "polling"];
const routes = ["chart", "solver", "work"];

/**
 * @param {{ quick: boolean }} options @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick }, report) {
  const deploys = quick ? 20 : 1000;
  const rows = [];
  /** @type {Record<string, number>} */
  const metrics = { deploys };
  for (const bundler of Object.keys(bundlers)) {
    const visitors = await live(/** @type {any} */ (bundler), deploys);
    for (const [lane, visitor] of visitors) {
      const { navigations, failed, reloads, mixed, duplicates, held, error } = visitor;
      rows.push([`${bundler}, ${lane}`, navigations, failed, reloads, mixed, duplicates, held]);
      if (error) console.log(`  ${bundler}, ${lane}: ${error.split("\n")[0]}`);
      const of = lane === "apus" ? "" : `_${lane}`;
      const counts = {
        navigations,
        failed_navigations: failed,
        forced_reloads: reloads,
        mixed_builds: mixed,
        duplicate_singletons: duplicates,
      };
      for (const [name, value] of Object.entries(counts)) {
        metrics[`${name}${of}`] = (metrics[`${name}${of}`] ?? 0) + value;
      }
      if (lane === "apus") metrics.hold_bytes = Math.max(metrics.hold_bytes ?? 0, held);
    }
  }
  report.table("deploys", {
    caption: `A tab through ${deploys} deploys with each bundler: two servers that change one after the other, files of the last build removed at once, 503 for 30% of the requests that a script can heal (all but the document's own); three navigations a deploy. "reload" is Vite's recipe for vite:preloadError, "polling" works as SvelteKit does`,
    columns: [
      "",
      "navigations",
      "failed",
      "forced reloads",
      "mixed builds",
      "duplicate singletons",
      "held, bytes",
    ],
    rows,
  });
  return metrics;
}

/** @param {"vite" | "webpack" | "esbuild"} bundler @param {number} deploys */
async function live(bundler, deploys) {
  const site = await deploySite({ faults: 0.3 });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-background-networking"],
  });
  const name = `bench-${bundler}`;
  /** @param {number} number @returns {Promise<[number, import("./site.js").Build]>} */
  const built = async (number) => {
    const text = `${ways.replaceAll("BUILD", String(number))}`;
    const folder = await writeApp(name, bundler, number, text);
    await bundlers[bundler]({ folder, out: join(folder, "dist") });
    return [number, await readBuild(join(folder, "dist"))];
  };
  try {
    let old = await built(1);
    site.deploy(old, old);
    const visitors = new Map();
    for (const lane of lanes) visitors.set(lane, await Visitor.open(browser, site.url, lane));
    for (let number = 2; number <= deploys + 1; number++) {
      const next = await built(number);
      for (const visitor of visitors.values()) await visitor.rest();
      const route = (/** @type {number} */ step) =>
        routes[Math.floor(random(`${number} ${step}`) * routes.length)];
      site.deploy(next, old); // half of the servers
      await Promise.all([...visitors.values()].map((visitor) => visitor.visit(route(1))));
      site.deploy(next, next);
      await Promise.all([...visitors.values()].map((visitor) => visitor.visit(route(2))));
      await Promise.all([...visitors.values()].map((visitor) => visitor.look()));
      await Promise.all([...visitors.values()].map((visitor) => visitor.visit(route(3))));
      old = next;
    }
    for (const visitor of visitors.values()) await visitor.close();
    return visitors;
  } finally {
    await browser.close();
    await site.close();
  }
}
