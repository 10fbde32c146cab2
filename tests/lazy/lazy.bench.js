// Loads modules through a bad network, in headless Chromium with both module
// maps. Every loader has the same time budget and the same timeout for each
// request. Trials with many clients or long outages run in a simulation
// (bench/simulated.js), with the real loader.
import { lanes, withBrowser } from "./bench/browser.js";
import { uncacheable } from "./bench/headers.js";
import {
  backoffLoadFactor,
  outageLoadFactor,
  outageRecovery,
  slowEndpoint,
} from "./bench/simulated.js";

const loaders = ["apus", "plain", "p-retry", "retry-dynamic-import", "es-module-shims + p-retry"];

const cells = {
  success_503_30_pct: "503=0.3",
  success_reset_30_pct: "reset=0.3",
  success_hang_10_pct: "hang=0.1",
};

const origin = (server, i) => server.url.replace("localhost", `t${i}.localhost`);
const run = (page, job) => page.evaluate((job) => globalThis.trials(job), job);
const both = (values, digits = 1) => values.map((value) => value.toFixed(digits)).join(" / ");

/**
 * One cell of the table: one loader, one fault, one module map. Each trial has
 * its own origin, because browsers count connections by origin. The page is
 * reloaded after each batch, because hanging requests hold connections.
 * @returns {Promise<{ pct: number, duplicates: number }>}
 */
async function cell({ page, renew }, server, { loader, spec, count, batch, ...limits }) {
  let ok = 0;
  let duplicates = 0;
  for (let done = 0; done < count; done += batch) {
    const urls = Array.from({ length: Math.min(batch, count - done) }, (_, i) => {
      const trial = `${loader.replace(/\W/g, "")}${done + i}`;
      return `${origin(server, i)}/faults/${spec}/${trial}/m0.js`;
    });
    const result = await run(page, { loader, urls, ...limits });
    ok += result.ok;
    duplicates += result.duplicates;
    if (loader === "apus") for (const error of result.errors) console.error(error);
    await renew();
  }
  return { pct: (100 * ok) / count, duplicates };
}

/**
 * How many trials. Trials mostly wait, so many run at once; more would keep two
 * cores so busy that requests time out. Where retries do not help, a trial takes
 * the whole budget, therefore the peers get fewer trials.
 */
const extent = {
  full: {
    budget: 10_000,
    timeout: 1000,
    trials: 1000,
    others: 80,
    batch: 25,
    atOnce: 1, // peers
    outages: 25,
  },
  quick: {
    budget: 10_000,
    timeout: 1000,
    trials: 20,
    others: 6,
    batch: 20,
    atOnce: 1,
    outages: 2,
  },
};

/** The success of all loaders in one lane. */
async function success(
  server,
  open,
  results,
  { trials, others, batch, atOnce, outages, ...limits },
) {
  /** @param {string} loader @param {object} job @param {[string, string][]} cells one after the other */
  const row = async (loader, job, cells) => {
    for (const [metric, spec] of cells) {
      const tab = await open();
      const result = await cell(tab, server, { loader, spec, ...job, ...limits });
      results[metric] ??= {};
      results[metric][loader] ??= [];
      results[metric][loader].push(result);
      await tab.page.context().close();
    }
  };
  const [apus, ...peers] = loaders;
  const [first, second, hangs] = Object.entries(cells);
  const most = { count: trials, batch };
  await Promise.all([row(apus, most, [first, second]), row(apus, most, [hangs])]);
  const few = { count: others, batch: 20 };
  for (let i = 0; i < peers.length; i += atOnce) {
    const some = peers.slice(i, i + atOnce);
    const rows = some.flatMap((loader) =>
      [first, second, hangs].map((it) => row(loader, few, [it])),
    );
    await Promise.all(rows);
  }
}

/** Requests beyond one per module when nothing fails. */
async function extraRequests(server, open, { outages: count }) {
  const { page } = await open();
  server.reset();
  const limits = { budget: 30_000, timeout: 10_000 };
  for (let i = 0; i < count; i++) {
    await run(page, { loader: "apus", urls: [`${server.url}/faults/ok/x${i}/m0.js`], ...limits });
  }
  await page.context().close();
  const modules = [...server.requests].filter(([path]) => /\/x\d+\/m\d/.test(path));
  return modules.reduce((sum, [, requests]) => sum + requests, 0) - 9 * count;
}

/**
 * An outage of 800 ms in real time: how long after its end the graph has loaded,
 * and how long a plain import takes that starts at that moment.
 */
async function realOutage(server, open, { outages: count }) {
  const { page, renew } = await open();
  const limits = { budget: 10_000, timeout: 5000 };
  const late = [];
  const ideal = [];
  let ok = 0;
  for (let i = 0; i < count; i++) {
    const path = (spec) => `${server.url}/faults/${spec},latency=50/o${i}/m0.js`;
    const plain = await run(page, { loader: "plain", urls: [path("ok")], ...limits });
    ideal.push(...plain.ms);
    await renew();
    // Loads the core before the clock starts.
    await run(page, { loader: "apus", urls: [`${server.url}/faults/ok/w${i}/m0.js`], ...limits });
    const result = await run(page, { loader: "apus", urls: [path("outage=800")], ...limits });
    ok += result.ok;
    late.push(...result.ms.map((ms) => ms - 800));
  }
  await page.context().close();
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { pct: (100 * ok) / count, ratio: mean(late) / mean(ideal) };
}

/** How often a .wasm file with a wrong MIME type is downloaded. */
async function wasmDownloads(server, open) {
  server.extra["empty.wasm"] = {
    type: "application/octet-stream",
    body: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),
  };
  const { page } = await open();
  const path = "/faults/ok/wasm/empty.wasm";
  await page.evaluate(async (url) => {
    const { lazy } = await import("/apus/index.js");
    await lazy(url);
  }, path);
  await page.context().close();
  return server.requests.get(path);
}

/**
 * @param {{ quick?: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick = false }, report) {
  const size = quick ? extent.quick : extent.full;
  const began = performance.now();
  const results = {};
  const extra = [];
  const outages = [];
  const wasm = [];
  for (const lane of Object.keys(lanes)) {
    await withBrowser(lane, async (server, open) => {
      extra.push(await extraRequests(server, open, size));
      wasm.push(await wasmDownloads(server, open));
      outages.push(await realOutage(server, open, size));
      await success(server, open, results, size);
    });
    console.error(`${lane}: done after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }

  const { trials, others, budget, timeout } = size;
  const metrics = {};
  let duplicates = 0;
  for (const metric of Object.keys(cells)) {
    const { apus } = results[metric];
    metrics[metric] = Math.min(...apus.map(({ pct }) => pct));
    for (const cell of apus) duplicates += cell.duplicates;
  }
  const titles = {
    success_503_30_pct: "30% of the requests: 503",
    success_reset_30_pct: "30%: connection reset",
    success_hang_10_pct: "10%: no answer",
  };
  report.table("success", {
    caption:
      `Graphs of 9 modules that arrived, % (old module map / new); ${trials} trials a cell for Apus, ` +
      `${others} for the others; ${budget} ms for each graph, ${timeout} ms for each request`,
    columns: ["", ...loaders],
    rows: Object.entries(titles).map(([metric, title]) => [
      title,
      ...loaders.map((name) => both(results[metric][name].map(({ pct }) => pct))),
    ]),
  });
  const missing = (/** @type {string} */ loader) =>
    100 - Math.min(...results.success_503_30_pct[loader].map((/** @type {any} */ { pct }) => pct));
  const [, ...peers] = loaders;
  const best = peers.reduce((best, peer) => (missing(peer) < missing(best) ? peer : best));
  for (const [peer, name] of [
    [best, best],
    ["plain", "plain import()"],
  ]) {
    const claim = { what: "lazy: module graphs lost at 30% 503, %", apus: missing("apus") };
    report.claim({ ...claim, peer: missing(peer), name });
  }
  metrics.duplicate_instances = duplicates;
  metrics.extra_requests_no_fault = Math.max(...extra);
  metrics.outage_800ms_recovery_pct = Math.min(...outages.map(({ pct }) => pct));
  metrics.outage_recovery_vs_ideal = Math.max(...outages.map(({ ratio }) => ratio));
  metrics.wasm_wrong_mime_downloads = Math.max(...wasm);
  const { duplicate_instances_uncacheable: more, ...kept } = await uncacheable(quick, report);
  metrics.duplicate_instances += more;
  return { ...metrics, ...kept, ...(await simulated(quick, report)) };
}

/**
 * The simulated part.
 * @param {boolean} quick
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
async function simulated(quick, report) {
  const trials = quick ? 25 : 200;
  const requests = quick ? 1000 : 4000;
  const late = [];
  for (const outage of [800, 3000, 10_000, 30_000]) {
    const [read, known] = [
      await outageRecovery({ outage, trials }),
      await outageRecovery({ outage, trials, known: true }),
    ].map(({ late, ratio }) => `${late.toFixed(0)} (${ratio.toFixed(2)})`);
    late.push([`outage of ${outage / 1000} s`, read, known]);
  }
  report.table("outage", {
    caption:
      "How much later than the end of the outage the graph has loaded, ms (and as a multiple of the " +
      "shortest possible time), simulated, 50 ms a request",
    columns: ["", "graph read by the lexer", "graph in the manifest"],
    rows: late,
  });

  const factors = [];
  const load = [];
  for (const [every, what] of /** @type {const} */ ([
    [1000, "a module a second"],
    [3000, "a module in 3 s"],
    [Infinity, "one module at all"],
  ])) {
    const factor = await outageLoadFactor({ every });
    factors.push(factor);
    load.push([what, factor, backoffLoadFactor({ every })]);
  }
  report.table("load", {
    caption:
      "Requests during an outage of 30 s, 200 clients, as a multiple of clients that never retry; simulated",
    columns: ["each client wants", "apus", "backoff as p-retry's"],
    rows: load,
  });

  const seen = {};
  const rows = [];
  for (const policy of ["round-robin", "power-of-two"]) {
    for (const hedge of [false, true]) {
      const result = await slowEndpoint({ policy, hedge, requests });
      seen[`${policy} ${hedge}`] = result;
      rows.push([`${policy}${hedge ? ", hedged" : ""}`, result.p99, result.extra]);
    }
  }
  report.table("endpoints", {
    caption: "Three endpoints, one of them ten times as slow; simulated",
    columns: ["policy", "p99, ms", "extra requests, %"],
    rows,
  });
  // The default of Apus, compared with round robin without hedging.
  const apus = seen["power-of-two true"];
  return {
    // The worse of the two rates at which modules are requested again and again.
    outage_load_factor: Math.max(factors[0], factors[1]),
    outage_load_factor_single: factors[2],
    hedged_p99_vs_unhedged: apus.p99 / seen["round-robin false"].p99,
    hedged_extra_pct: apus.extra,
  };
}
