// Script time of a realistic page: web-vitals alone with attribution next to the sampler, and the
// same page without either. Rounds are interleaved; each page counts with its median.
import { gzipSync } from "node:zlib";

const clicks = 200;
const everyLong = 4; // of the clicks, one makes a long frame
const resources = 300;

/** Each is bundled by itself, as an application would. */
export const overheadScripts = {
  bare: "ready();",
  "web-vitals": `import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(() => {}, { reportAllChanges: true });
    ready();`,
  apus: `import { Sampler } from "./js/sampler/index.js";
    Sampler.start().then(ready);`,
  "apus-everything": `import { Sampler } from "./js/sampler/index.js";
    Sampler.start({
      alerts: true, memory: true, frames: true, budgets: { vitals: { LCP: 2000 } },
      endpoint: "/batches",
    }).then(ready);`,
};

/** @typedef {keyof typeof overheadScripts} PageName */

/** @param {string} name of the page */
export function overheadPage(name) {
  const boot = name.startsWith("apus") ? '<script src="/apus/boot.js"></script>' : "";
  return `<!doctype html><title>realistic</title><link rel="icon" href="data:,">${boot}
    <style>
      @keyframes turn { to { transform: rotate(1turn) } }
      #turning { width: 40px; height: 40px; background: teal; animation: turn 2s linear infinite }
    </style>
    <button type="button" id="button">0</button><p>Some text to paint.</p><div id="turning"></div>
    <script>
      const button = document.getElementById("button");
      let n = 0;
      button.addEventListener("click", () => {
        button.textContent = String(++n);
        if (n % ${everyLong}) return;
        // Waits without work: a busy loop would hide what is measured.
        const request = new XMLHttpRequest();
        request.open("GET", "/bench/slow", false);
        request.send();
      });
      const ready = () => fetch("/bench/ready");
    </script><script type="module" src="/bench/${name}.js"></script>`;
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url @param {number} rounds
 * @returns {Promise<{ script: Record<string, number>, start: Record<string, number>, longTasks: Record<string, number> }>}
 *   ms of script by page: of a whole visit and, with a processor four times as slow, of its start; and
 *   long tasks of that start
 */
export async function benchOverhead(browser, url, rounds) {
  const whole = await medians(rounds, (name) => visit(browser, url, name));
  const starts = await medians(rounds, (name) => slowStart(browser, url, name));
  const column = (/** @type {Record<string, number[]>} */ rows, /** @type {number} */ at) =>
    Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row[at]]));
  return { script: column(whole, 0), start: column(starts, 0), longTasks: column(starts, 1) };
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url
 * @returns {Promise<number>} bytes that a page downloads before it is idle, gzip
 */
export async function benchPlainBytes(browser, url) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    globalThis.requestIdleCallback = () => 0;
  });
  /** @type {Promise<Buffer>[]} */
  const bodies = [];
  page.on("response", (response) => {
    if (/\.(js|wasm)$/.test(new URL(response.url()).pathname)) bodies.push(response.body());
  });
  await page.goto(`${url}/bench/overhead?page=apus`, { waitUntil: "networkidle" });
  const all = await Promise.all(bodies);
  await page.close();
  return all.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

/**
 * @param {number} rounds @param {(name: PageName) => Promise<number[]>} measure
 * @returns {Promise<Record<string, number[]>>} the median of each number, by page
 */
async function medians(rounds, measure) {
  const names = /** @type {PageName[]} */ (Object.keys(overheadScripts));
  /** @type {Record<string, number[][]>} */
  const all = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) all[name].push(await measure(name));
  }
  const median = (/** @type {number[]} */ numbers) =>
    numbers.sort((a, b) => a - b)[numbers.length >> 1];
  return Object.fromEntries(
    names.map((name) => [
      name,
      all[name][0].map((_, at) => median(all[name].map((row) => row[at]))),
    ]),
  );
}

/**
 * A page in which nothing but its own script runs.
 * @param {import("playwright-core").Browser} browser @param {string} url @param {PageName} name
 * @param {number} [slower] how many times
 */
async function open(browser, url, name, slower = 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  // Time of the thread: other processes do not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
  const load = async () => {
    const ready = page.waitForRequest("**/bench/ready");
    await page.goto(`${url}/bench/overhead?page=${name}`);
    await ready;
  };
  const script = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find((metric) => metric.name === "ScriptDuration")?.value ?? 0);
  };
  return { context, page, load, script };
}

/** @param {import("playwright-core").Browser} browser @param {string} url @param {PageName} name */
async function visit(browser, url, name) {
  const { context, page, load, script } = await open(browser, url, name);
  await load();
  const fetching = page.evaluate(async (count) => {
    for (let i = 0; i < count; i += 6) {
      const six = Array.from({ length: 6 }, (_, n) => fetch(`/bench/resource?${i + n}`));
      await Promise.all(six);
    }
  }, resources);
  for (let i = 0; i < clicks; i++) await page.mouse.click(20, 20);
  await fetching;
  // Idle callbacks and the last batch belong to the cost.
  await page.waitForTimeout(1500);
  const ms = await script();
  await context.close();
  return [ms];
}

/** @param {import("playwright-core").Browser} browser @param {string} url @param {PageName} name */
async function slowStart(browser, url, name) {
  const { context, page, load, script } = await open(browser, url, name, 4);
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await load();
  await page.waitForTimeout(2500);
  const trace = JSON.parse(String(await browser.stopTracing()));
  const ms = await script();
  await context.close();
  return [ms, longTasks(trace.traceEvents, `/bench/overhead?page=${name}`)];
}

/**
 * Tasks of 50 ms and more, of the thread's own time, from the page's first script on.
 * @param {any[]} events @param {string} page
 */
function longTasks(events, page) {
  const first = events.find(
    ({ name, args }) => name === "EvaluateScript" && args.data?.url?.endsWith(page),
  );
  if (!first) throw new Error(`${page} ran no script`);
  const own = (/** @type {any} */ { name, pid, tid, ts, dur, tdur }) =>
    /RunTask$/.test(name) &&
    pid === first.pid &&
    tid === first.tid &&
    ts + dur > first.ts &&
    tdur >= 50_000;
  const tasks = events.filter(own);
  // A task may be traced once for each level.
  return tasks.filter(
    (task) =>
      !tasks.some(
        (other) =>
          other !== task && other.ts <= task.ts && other.ts + other.dur >= task.ts + task.dur,
      ),
  ).length;
}
