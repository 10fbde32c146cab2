// Compares <apus-list> with a document of all its rows: seeded random steps of users and pages, in each
// of the surroundings of tests/list/oracle/surroundings.js.
//
//   npm run oracle                                     250 steps in Chromium
//   npm run oracle -- --steps 5000 --browser firefox   that many, shared by the surroundings
//   npm run oracle -- --in window --seed 4 --step 27   repeats the steps up to one; prints them all
//
// Looks at dist/ as it was built. Prints each mismatch and, as the last line, JSON for machines.
import { parseArgs } from "node:util";
import { browsers } from "../tests/list/oracle/browsers.js";
import { detachedRenderCalls, removedListsAlive } from "../tests/list/oracle/lifetime.js";
import { runOracle } from "../tests/list/oracle/run.js";
import { surroundings } from "../tests/list/oracle/surroundings.js";
import { serve } from "./serve.js";

const { values } = parseArgs({
  options: {
    browser: { type: "string", default: "chromium" },
    in: { type: "string", default: "" },
    rows: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Date.now() % 1e6) },
    step: { type: "string" },
    steps: { type: "string", default: "250" },
  },
});
const names = values.in ? values.in.split(",") : surroundings.map(({ name }) => name);
const chosen = surroundings.filter(({ name }) => names.includes(name));
const open = browsers[values.browser];
if (!open || chosen.length < names.length) {
  console.error(`--browser ${Object.keys(browsers).join("|")}`);
  console.error(`--in ${surroundings.map(({ name }) => name).join(",")}`);
  process.exit(2);
}
const [seed, rows] = [Number(values.seed), Number(values.rows)];
const single = values.step !== undefined;
const steps = single ? Number(values.step) + 1 : Math.ceil(Number(values.steps) / chosen.length);

const server = await serve();
const browser = await open();
/** @type {Record<string, number>} */
const counts = {};
console.log(`seed ${seed}: ${steps} steps in each of ${chosen.length} surroundings`);
try {
  for (const surrounding of chosen) {
    const page = await browser.open(surrounding.ratio);
    const mismatches = await runOracle(page, server.url, surrounding, {
      seed,
      steps,
      rows,
      each: (what, step) => single && console.log(`${String(step).padStart(6)}  ${what}`),
      report: ({ step, what, problems }) => {
        console.log(`${surrounding.name} --seed ${seed} --step ${step}, ${what}`);
        for (const problem of problems) console.log(`        ${problem}`);
      },
    });
    counts[surrounding.name] = mismatches.length;
    await page.close();
  }
} finally {
  await browser.close();
}
for (const [name, count] of Object.entries(counts)) console.log(`${name.padEnd(16)} ${count}`);

const sum = Object.values(counts).reduce((sum, count) => sum + count, 0);
console.log(
  JSON.stringify({
    browser: values.browser,
    seed,
    steps: steps * chosen.length,
    surroundings: chosen.length,
    oracle_mismatches: sum,
    ...(await lifetime()),
  }),
);
await server.close();
process.exitCode = sum > 0 ? 1 : 0;

/** What lists do out of the document; only Chromium collects garbage when it is asked to. */
async function lifetime() {
  const { chromium } = await import("@playwright/test");
  const { findChromium } = await import("./setup/chromium.js");
  const other = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  const page = await other.newPage();
  const result = {
    detached_render_calls: await detachedRenderCalls(page, server.url),
    removed_lists_alive: await removedListsAlive(page, server.url),
  };
  await other.close();
  return result;
}
