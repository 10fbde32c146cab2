// A tab lives through deploys: real builds, two servers, old files removed at once, 30% faults.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { random } from "../lazy/fault-server.js";
import { deploySite, readBuild } from "./site.js";
import { openBrowser } from "./tabs.js";
import { Visitor } from "./visitor.js";

const bundlers = ["vite", "webpack", "esbuild"];
const [own, ...peers] = ["apus", "reload", "polling"];
const routes = ["chart", "solver", "work"];

/**
 * @param {{ quick: boolean }} options @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick }, report) {
  const extent = quick ? { deploys: 20, few: 20 } : { deploys: 1000, few: 50 };
  const { deploys, few } = extent;
  /** @type {Record<string, number>} */
  const metrics = { deploys };
  const browser = await openBrowser();
  const lives = bundlers.map((it) => live(browser, it, extent));
  const lived = await Promise.all(lives).finally(() => browser.close());
  const rows = lived.flatMap((visitors, i) =>
    [...visitors].map(([lane, visitor]) => {
      const { navigations, failed, reloads, mixed, duplicates, held, errors } = visitor;
      for (const error of lane === own ? errors : errors.slice(0, 1)) {
        console.log(`  ${bundlers[i]}, ${lane}: ${error.split("\n")[0]}`);
      }
      const of = lane === own ? "" : `_${lane}`;
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
      if (lane === own) metrics.hold_bytes = Math.max(metrics.hold_bytes ?? 0, held);
      const name = `${bundlers[i]}, ${lane}`;
      return [
        name,
        lane === own ? deploys : few,
        navigations,
        failed,
        reloads,
        mixed,
        duplicates,
        held,
      ];
    }),
  );
  report.table("deploys", {
    caption:
      "A tab through deploys with each bundler, every one a build of its own: two servers that change one after the other, files of the last build removed at once, 503 for 30% of the requests that a script can heal (all but the document's own); three navigations a deploy" +
      `${few < deploys ? ". The peers' tabs live through fewer deploys" : ""}. "reload" is Vite's recipe for vite:preloadError, "polling" works as SvelteKit does`,
    columns: [
      "",
      "deploys",
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

/**
 * Builds in another process, always one build ahead.
 * @param {string} bundler
 */
function builderOf(bundler) {
  const script = fileURLToPath(new URL("builds/builder.js", import.meta.url));
  const child = fork(script, [bundler, `bench-${bundler}`]);
  const ended = once(child, "exit").then(() => {
    throw new Error(`${bundler} does not build`);
  });
  ended.catch(() => {}); // it ends when it is stopped
  const ask = (/** @type {number} */ number) => {
    child.send(number);
    return Promise.race([once(child, "message"), ended]);
  };
  let number = 1;
  let next = ask(number);
  return {
    /** @returns {Promise<[number, import("./site.js").Build]>} */
    async build() {
      const [out] = await next;
      const built = await readBuild(out);
      next = ask(number + 1);
      next.catch(() => {}); // the next call throws it
      return [number++, built];
    },
    stop: () => child.kill(),
  };
}

/**
 * @param {import("./tabs.js").Browser} browser @param {string} bundler
 * @param {{ deploys: number, few: number }} extent `few`: deploys of the peers
 */
async function live(browser, bundler, { deploys, few }) {
  const site = await deploySite({ faults: 0.3 });
  const builder = builderOf(bundler);
  try {
    let old = await builder.build();
    site.deploy(old, old);
    /** @type {Map<string, Visitor>} */
    const visitors = new Map();
    for (const lane of [own, ...peers]) {
      visitors.set(lane, await Visitor.open(browser, site.url, lane));
    }
    for (let number = 1; number <= deploys; number++) {
      const next = await builder.build();
      const here = [...visitors].filter(([lane]) => lane === own || number <= few);
      const all = (/** @type {(visitor: Visitor) => Promise<void>} */ work) =>
        Promise.all(here.map(([, visitor]) => work(visitor)));
      const visit = (/** @type {number} */ step) =>
        all((it) => it.visit(routes[Math.floor(random(`${number} ${step}`) * routes.length)]));
      await all((it) => it.rest());
      site.deploy(next, old); // half of the servers
      await visit(1);
      await all((it) => it.rest()); // a tab may have started meanwhile
      site.deploy(next, next);
      await visit(2);
      await all((it) => it.look());
      await visit(3);
      old = next;
      const ended = [...visitors].filter(([lane]) => number === (lane === own ? deploys : few));
      for (const [, visitor] of ended) await visitor.close();
      if (number % 50 === 0) tell(bundler, number, visitors.get(own));
    }
    return visitors;
  } finally {
    builder.stop();
    await site.close();
  }
}

/** How a long run goes. @param {string} bundler @param {number} number @param {Visitor | undefined} visitor */
function tell(bundler, number, visitor) {
  const { navigations, failed, reloads, mixed, duplicates, errors } = visitor ?? {};
  const counts = JSON.stringify({ navigations, failed, reloads, mixed, duplicates });
  const time = new Date().toISOString().slice(11, 19);
  console.error(`${time} ${bundler}: ${number} deploys ${counts} ${errors?.at(-1) ?? ""}`);
}
