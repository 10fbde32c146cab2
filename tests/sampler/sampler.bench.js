// What sampling costs and how exact it is, beside the libraries people use.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/run.js";
import { bundlePage, inChromium } from "./bench/chromium.js";

/**
 * @param {{ quick?: boolean, node?: boolean }} [options]
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick = false, node = false } = {}) {
  const size = quick ? { values: 200_000, rounds: 5 } : { values: 1_000_000, rounds: 7 };
  const { rows, mergeExact } = node
    ? await inNode(size)
    : await inChromium(async ({ url, browser }) => {
        const page = await browser.newPage();
        await page.goto(`${url}/bench/`);
        return page.evaluate((size) => /** @type {any} */ (globalThis).benchInsert(size), size);
      });

  console.log(`Inserting ${size.values} values, best of ${size.rounds}\n`);
  console.log("distribution   library       ns/value   worst error %, p50 to p99.9");
  for (const { distribution, peer, ns, error } of rows) {
    const numbers = `${ns.toFixed(1).padStart(8)}   ${error.toFixed(2).padStart(8)}`;
    console.log(`${distribution.padEnd(14)} ${peer.padEnd(12)} ${numbers}`);
  }
  console.log("");

  const mean = (/** @type {string} */ peer) => {
    const own = rows.filter((/** @type {any} */ row) => row.peer === peer);
    return (
      own.reduce((/** @type {number} */ sum, /** @type {any} */ row) => sum + row.ns, 0) /
      own.length
    );
  };
  const errors = rows.filter((/** @type {any} */ row) => row.peer === "apus");
  return {
    insert_ns_batched: round(mean("apus")),
    insert_vs_sketches_js: round(mean("apus") / mean("sketches-js")),
    insert_vs_tdigest: round(mean("apus") / mean("tdigest")),
    quantile_error_max_pct: round(Math.max(...errors.map((/** @type {any} */ row) => row.error))),
    merge_exact: mergeExact,
  };
}

/** @param {{ values: number, rounds: number }} size */
async function inNode(size) {
  const file = join(root, "build/sampler-bench.mjs");
  writeFileSync(file, await bundlePage(`${root}dist/`, "node"));
  try {
    await import(file);
    return await /** @type {any} */ (globalThis).benchInsert(size);
  } finally {
    rmSync(file);
  }
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}
