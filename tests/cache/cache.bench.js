// The cache against its peers. Prints tables; returns the metrics.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { serve } from "../../tools/serve.js";
import { findChromium } from "../../tools/setup/chromium.js";
import { blocks } from "./bench/blocks.js";
import { apusOptions, peers, withoutRecency } from "./bench/peers.js";
import { corpusCells, hitRatios } from "./bench/ratios.js";
import { speed } from "./bench/speed.js";

const here = new URL("./bench/", import.meta.url).pathname;

/** @param {{ quick?: boolean, node?: boolean }} options */
export async function bench(options) {
  const { Cache } = await import("../../js/cache/index.js");
  const { times, longest, invalidate } = options.node
    ? await inNode(Cache, options)
    : await inPage(options);
  printTimes(times);
  console.log();
  const rows = await hitRatios(Cache, options);
  printRatios(rows);
  const cells = await corpusCells(Cache);
  printCells(cells);
  const zipf = rows.find(({ trace, size }) => trace === "Zipf 1.0" && size === 1000);
  const count = options.quick ? 200_000 : 1_000_000;
  const [wasm, lruCache, registry] = ["wasm", "lru-cache", "registry"].map((what) =>
    scale(what, count),
  );
  console.log(`
${count.toLocaleString("en")} values of ${wasm.json} bytes of JSON, all memory and a full GC, in Node:
  heap "wasm" ${(wasm.bytes / 1e6).toFixed(0)} MB, ${wasm.gcMs.toFixed(1)} ms; lru-cache ${(lruCache.bytes / 1e6).toFixed(0)} MB, ${lruCache.gcMs.toFixed(1)} ms
${count.toLocaleString("en")} paths with 32-byte values, set and read once: ${(registry.opsPerS / 1e6).toFixed(2)} M operations/s, ${registry.overhead.toFixed(1)} bytes an entry beside keys and values
100,000 entries expire at once: ${longest.toFixed(2)} ms the longest slice; 1,000 tagged of 100,000 deleted in ${invalidate.toFixed(2)} ms`);
  return {
    ...speedMetrics(times),
    hit_ratio_worst_gap_pp: Math.max(...rows.map(({ gap }) => gap)),
    adaptive_cells_within_1pp_percent: (100 * near(cells).length) / cells.length,
    adaptive_cells_below_all_followed: cells.filter(({ below }) => below).length,
    core_vs_reference_worst_pp: Math.max(...rows.map(({ apart }) => apart)),
    zipf10_gain_over_lru_cache_pp: zipf.adaptive - zipf.lru,
    memory_1m_vs_lru_cache: wasm.bytes / lruCache.bytes,
    gc_1m_vs_lru_cache: wasm.gcMs / lruCache.gcMs,
    expire_100k_longest_slice_ms: longest,
    invalidate_tag_1k_of_100k_ms: invalidate,
    registry_ops_per_s: registry.opsPerS,
    registry_overhead_bytes_per_entry: registry.overhead,
  };
}

/** @param {any[]} cells */
const near = (cells) => cells.filter(({ gap }) => gap <= 1);

/** The sums, and the cells where `adaptive` is far from the best policy. @param {any[]} cells */
export function printCells(cells) {
  const below = cells.filter((cell) => cell.below).length;
  console.log(
    `\nadaptive: within 1 point of the best policy in ${near(cells).length} of ${cells.length} cells, below all that it follows in ${below}`,
  );
  for (const { trace, size, gap, below: _, ...ratios } of cells) {
    if (gap <= 1) continue;
    const each = Object.entries(ratios).map(([name, ratio]) => `${name} ${ratio.toFixed(1)}`);
    console.log(`  ${trace}, ${size} entries: ${gap.toFixed(2)} behind (${each.join(", ")})`);
  }
}

/** @param {string} what @param {number} count */
function scale(what, count) {
  const args = [
    "--expose-gc",
    "--max-old-space-size=4096",
    join(here, "scale.js"),
    what,
    String(count),
  ];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

async function inNode(Cache, options) {
  const apus = (max) => Cache.open("bench", apusOptions(max));
  const loops = (name) => import(`./bench/loops.js?${encodeURIComponent(name)}`);
  return { times: await speed({ apus, ...peers }, loops, options), ...(await blocks(Cache)) };
}

async function inPage(options) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(here, "in-page.js")],
    bundle: true,
    format: "esm",
    write: false,
    external: ["/tests/*"],
    alias: { buffer: join(here, "buffer.js") },
  });
  const bundle = Buffer.from(outputFiles[0].contents);
  const server = await serve({
    handle: (_, response, { pathname }) => {
      // Isolated pages have a clock of 5 us, others of 100.
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
      if (pathname !== "/bench.js") return false;
      response.writeHead(200, { "content-type": "text/javascript" }).end(bundle);
      return true;
    },
  });
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/tests/pages/blank.html`);
    return await page.evaluate(async (options) => {
      const { run } = await import("/bench.js");
      return run("/apus/index.js", options);
    }, options);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** @param {Record<string, Record<string, number>>} times */
function printTimes(times) {
  const names = Object.keys(Object.values(times)[0]);
  const width = Math.max(...names.map((name) => name.length));
  console.log(`${"10k string keys, ns".padEnd(width)}  ${Object.keys(times).join("  ")}`);
  for (const name of names) {
    const cells = Object.entries(times).map(([operation, row]) =>
      row[name].toFixed(1).padStart(operation.length),
    );
    console.log(`${name.padEnd(width)}  ${cells.join("  ")}`);
  }
}

/** @param {Record<string, any>[]} rows */
function printRatios(rows) {
  const columns = ["lru", "s3-fifo", "w-tinylfu", "adaptive", "belady"];
  console.log(`${"hit ratio, %".padEnd(28)}${columns.map((name) => name.padStart(10)).join("")}`);
  for (const row of rows) {
    const cells = columns.map((name) => row[name].toFixed(1).padStart(10));
    console.log(`${`${row.trace} @ ${row.size}`.padEnd(28)}${cells.join("")}`);
  }
}

/** @param {Record<string, Record<string, number>>} times */
function speedMetrics(times) {
  const entries = (/** @type {string} */ operation) => Object.entries(times[operation]);
  /** @param {string} operation @param {string[]} [except] */
  const versusBest = (operation, except = []) => {
    const peers = entries(operation).filter(([name]) => name !== "apus" && !except.includes(name));
    return times[operation].apus / Math.min(...peers.map(([, ns]) => ns));
  };
  const hit = times["get hit"];
  return {
    get_hit_vs_best: versusBest("get hit"),
    get_hit_vs_best_lru: versusBest("get hit", withoutRecency),
    zipf_get_or_set_vs_best: versusBest("Zipf get-or-set"),
    set_evict_vs_best: versusBest("set + evict"),
    get_hit_vs_lru_cache: hit.apus / hit["lru-cache ttl+size"],
  };
}
