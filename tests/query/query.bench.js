// Persisted queries of TanStack Query: in Apus' store and in its own persisters, in headless Chromium.
// Each restore runs in a fresh browser process, and the ways take turns.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../tools/setup/chromium.js";
import { serveStore } from "../store/server.js";

const COUNT = 5000;

/**
 * @param {{ quick: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick }, report) {
  const server = await serveStore(["../query/bench-page.js"]);
  const profile = await mkdtemp(join(tmpdir(), "apus-bench-"));
  /** @param {string} name @param {...unknown} args */
  const call = async (name, ...args) => {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      args: ["--no-sandbox"],
    });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/tests/pages/blank.html`);
      return await page.evaluate(
        async ({ name, args }) => {
          const page = /** @type {any} */ (await import("/store/bench-page.js"));
          return typeof page[name] === "function" ? page[name](...args) : page[name];
        },
        { name, args },
      );
    } finally {
      await context.close();
    }
  };
  /** @type {Record<string, { restored: any[], first: number[], change?: any }>} */
  const results = {};
  try {
    await call("fill", COUNT);
    const names = /** @type {string[]} */ (await call("names"));
    for (const name of names) results[name] = { restored: [], first: [] };
    for (let round = 0; round < (quick ? 2 : 6); round++) {
      for (const name of names) {
        results[name].restored.push(await call("restoreAll", name, COUNT));
        if (!/used/.test(name)) results[name].first.push(await call("first", name, COUNT));
      }
    }
    for (const name of names.filter((name) => !/used/.test(name))) {
      results[name].change = await call("change", name, COUNT, quick ? 5 : 15);
    }
  } finally {
    await server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return reported(report, results);
}

const least = (/** @type {number[]} */ values) =>
  values.length ? Math.min(...values) : Number.NaN;

/** @param {import("../../tools/bench/report.js").Report} report @param {Record<string, any>} results */
function reported(report, results) {
  const of = Object.fromEntries(
    Object.entries(results).map(([name, { restored, first, change }]) => [
      name,
      {
        longest: least(restored.map((/** @type {any} */ it) => it.longest)),
        ms: least(restored.map((/** @type {any} */ it) => it.ms)),
        first: least(first),
        change: change?.ms ?? Number.NaN,
        blocked: change?.longest ?? Number.NaN,
      },
    ]),
  );
  report.table("restore", {
    caption: `${COUNT.toLocaleString("en")} persisted queries of 1 KB, ms`,
    columns: [
      "",
      "restore: longest task",
      "restore: all",
      "first data",
      "a change: on disk",
      "a change: longest task",
    ],
    rows: Object.entries(of).map(([name, it]) => [
      name,
      ...[it.longest, it.ms, it.first, it.change, it.blocked],
    ]),
  });
  const [apus, items, idb, text] = [
    of["Apus, all into the client"],
    of["createQueryPersister + idb-keyval, all"],
    of["persistQueryClient + idb-keyval"],
    of["persistQueryClient + text, as localStorage"],
  ];
  report.claim({
    what: "query: longest task while 5,000 queries are restored, ms",
    apus: apus.longest,
    peer: items.longest,
    name: "TanStack Query's own persister on idb-keyval",
  });
  const rounded = (/** @type {number} */ value) => Math.round(value * 1000) / 1000;
  return {
    query_restore_5000_longest_task_ms: rounded(apus.longest),
    query_restore_5000_longest_task_ms_query_persister_idb: rounded(items.longest),
    query_restore_5000_longest_task_ms_persist_client_idb: rounded(idb.longest),
    query_restore_5000_longest_task_ms_persist_client_text: rounded(text.longest),
    query_used_5000_longest_task_ms: rounded(of["Apus, as queries are used"].longest),
    query_first_data_ms: rounded(apus.first),
    query_first_data_vs_persist_client_idb: rounded(apus.first / idb.first),
    query_change_on_disk_vs_persist_client_idb: rounded(apus.change / idb.change),
  };
}
