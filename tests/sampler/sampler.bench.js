// The cost, accuracy and losses of sampling, next to other libraries.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/run.js";
import { bundlePage, inChromium } from "./bench/chromium.js";
import { benchCrash, benchDashboard, benchLeave } from "./bench/delivery.js";
import { benchLateStart, benchSoak } from "./bench/losses.js";
import { benchOverhead, benchPlainBytes } from "./bench/overhead.js";
import { benchSecrets } from "./bench/secrets.js";
import { benchVitals } from "./bench/vitals.js";

/** @typedef {Record<string, number>} Metrics */

/**
 * @param {{ quick?: boolean, node?: boolean }} [options] in Node only inserts and series can be measured
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Metrics>}
 */
export async function bench({ quick = false, node = false }, report) {
  const size = quick ? { values: 200_000, rounds: 5 } : { values: 1_000_000, rounds: 9 };
  if (node) {
    const { inserts, series } = await inNode(size);
    return { ...insertMetrics(inserts, size, report), ...seriesMetrics(series, report) };
  }
  return inChromium(async ({ url, browser, arrived, collected }) => {
    const page = await browser.newPage();
    await page.goto(`${url}/bench/`);
    await page.waitForFunction(() => "benchInsert" in globalThis);
    const inserts = await page.evaluate(
      (size) => /** @type {any} */ (globalThis).benchInsert(size),
      size,
    );
    const series = await page.evaluate(() => /** @type {any} */ (globalThis).benchSeries());
    await page.close();
    const metrics = { ...insertMetrics(inserts, size, report), ...seriesMetrics(series, report) };

    const overhead = await benchOverhead(browser, url, quick ? 3 : 7);
    Object.assign(metrics, overheadMetrics(overhead, report));
    metrics.plain_bytes_gz = await benchPlainBytes(browser, url);
    metrics.secrets_sent = await benchSecrets(browser, url, collected);
    metrics.late_start_losses = await benchLateStart(browser, url);
    metrics.soak_heap_growth_kb = round(await benchSoak(browser, url, quick ? 100_000 : 1_000_000));
    metrics.dashboard_longest_task_ms = round(await benchDashboard(browser, url, quick ? 6 : 20));
    const site = { url, arrived };
    metrics.crash_delivery_pct = round(await benchCrash(browser, site, quick ? 5 : 100));
    metrics.leave_delivery_pct = round(await benchLeave(browser, site, quick ? 4 : 40));
    const { pageViews, parity } = await benchVitals(quick ? 20 : 200, quick ? 9 : 1);
    metrics.page_views_reported_pct = round(pageViews);
    metrics.web_vitals_suite_parity = round(parity);
    report.table("delivery", {
      caption: "What a sampled page loses and costs",
      columns: ["", "Apus"],
      rows: [
        ["bytes before the page is idle, gzip", metrics.plain_bytes_gz],
        ["words of the visitor in what is sent", metrics.secrets_sent],
        ["entries lost when the WebAssembly comes 5 s late", metrics.late_start_losses],
        ["memory that a million entries add, KB", metrics.soak_heap_growth_kb],
        ["longest task at 10,000 entries a second, ms", metrics.dashboard_longest_task_ms],
        ["batches that arrive after a crash, %", metrics.crash_delivery_pct],
        ["batches that arrive after leaving, %", metrics.leave_delivery_pct],
        [
          "page views whose vitals arrive, restored and soft ones, %",
          metrics.page_views_reported_pct,
        ],
        [
          "cases of web-vitals that it passes and the sampler, too, %",
          metrics.web_vitals_suite_parity,
        ],
      ],
    });
    return metrics;
  });
}

/**
 * @param {any} inserts
 * @param {{ values: number, rounds: number }} size
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Metrics}
 */
function insertMetrics({ rows, mergeExact }, size, report) {
  report.table("insert", {
    caption: `Inserting ${size.values.toLocaleString("en")} values, best of ${size.rounds}`,
    columns: ["distribution, library", "ns a value", "worst error, p50 to p99.9, %"],
    rows: rows.map((/** @type {any} */ { distribution, peer, ns, error }) => [
      `${distribution}, ${peer}`,
      ns,
      error,
    ]),
  });
  const mean = (/** @type {string} */ peer) => {
    const own = rows.filter((/** @type {any} */ row) => row.peer === peer);
    return (
      own.reduce((/** @type {number} */ sum, /** @type {any} */ row) => sum + row.ns, 0) /
      own.length
    );
  };
  report.claim({
    what: "sampler: insert a value, ns",
    apus: mean("apus, batched"),
    peer: mean("sketches-js"),
    name: "sketches-js",
  });
  const errors = rows.filter((/** @type {any} */ row) => row.peer === "apus");
  return {
    insert_ns_batched: round(mean("apus, batched")),
    insert_vs_sketches_js: round(mean("apus, batched") / mean("sketches-js")),
    insert_ns_single: round(mean("apus")),
    insert_single_vs_sketches_js: round(mean("apus") / mean("sketches-js")),
    insert_vs_tdigest: round(mean("apus, batched") / mean("tdigest")),
    quantile_error_max_pct: round(Math.max(...errors.map((/** @type {any} */ row) => row.error))),
    merge_exact: mergeExact,
  };
}

/**
 * @param {Metrics} measured
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Metrics}
 */
function seriesMetrics(measured, report) {
  report.table("series", {
    caption: "1,000 series with a value a second for 16 minutes, and a flow of 50 values a second",
    columns: ["", "Apus"],
    rows: [
      ["values lost", measured.series_1000_values_lost],
      ["the shortest 5-minute window, % of its length", measured.series_1000_window_5m_pct],
      ["a value, ns", measured.series_1000_ns_per_value],
      ["error of the quantiles, at most, %", measured.series_1000_error_pct],
      ["memory, MB", measured.memory_1000_series_mb],
      ["a window's length, s from its name", measured.window_error_s],
      ["a rate, % from the truth", measured.rate_error_pct],
    ],
  });
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, round(value)]));
}

/**
 * @param {Awaited<ReturnType<typeof benchOverhead>>} measured
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Metrics}
 */
function overheadMetrics({ script, start, longTasks }, report) {
  report.table("script", {
    caption:
      "Script of a page with 200 clicks, 300 resources and 50 long frames, ms of processor time; its start, and long tasks of that, with a processor four times as slow",
    columns: ["", "script, ms", "start, ms", "long tasks"],
    rows: Object.keys(script).map((name) => [name, script[name], start[name], longTasks[name]]),
  });
  report.claim({
    what: "sampler: script of a page with 200 clicks and 300 resources, ms",
    apus: script.apus,
    peer: script["web-vitals"],
    name: "web-vitals",
  });
  const over = (/** @type {string} */ name) => script[name] - script.bare;
  const [alone, everything] = ["web-vitals", "apus-everything"];
  return {
    overhead_vs_web_vitals: round(script[everything] / script[alone]),
    overhead_default_vs_web_vitals: round(script.apus / script[alone]),
    overhead_net_vs_web_vitals: round(over("apus") / over(alone)),
    overhead_net_everything_vs_web_vitals: round(over(everything) / over(alone)),
    start_long_tasks_cpu4: Math.max(longTasks.apus, longTasks[everything]),
  };
}

/** @param {{ values: number, rounds: number }} size */
async function inNode(size) {
  const file = join(root, "build/sampler-bench.mjs");
  writeFileSync(file, await bundlePage(`${root}dist/`, "node"));
  try {
    await import(file);
    const { benchInsert, benchSeries } = /** @type {any} */ (globalThis);
    return { inserts: await benchInsert(size), series: await benchSeries() };
  } finally {
    rmSync(file);
  }
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}
