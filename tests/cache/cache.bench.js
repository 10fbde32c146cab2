// Compares the cache with its peers. Prints tables and returns the metrics.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { serve } from "../../tools/serve.js";
import { findChromium } from "../../tools/setup/chromium.js";
import { blocks } from "./bench/blocks.js";
import { apusOptions, peers, withoutRecency } from "./bench/peers.js";
import { corpusCells, hitRatios } from "./bench/ratios.js";
import { speed } from "./bench/speed.js";

const here = new URL("./bench/", import.meta.url).pathname;

/**
 * @param {{ quick?: boolean, node?: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 */
export async function bench(options, report) {
  const { Cache } = await import("../../js/cache/index.js");
  const { times, longest, invalidate } = options.node
    ? await inNode(Cache, options)
    : await inPage(options);
  report.table("speed", {
    caption: "Time of one operation, ns, 10,000 string keys; Apus with a deadline and byte budget",
    columns: ["", ...Object.keys(times)],
    rows: Object.keys(times["get hit"]).map((name) => [
      name,
      ...Object.values(times).map((row) => row[name]),
    ]),
  });
  const rows = await hitRatios(Cache, options);
  const policies = ["lru", "s3-fifo", "w-tinylfu", "adaptive", "belady"];
  report.table("hit-ratio", {
    caption: "Hit ratio, %; Belady's optimum knows the future",
    columns: ["trace @ entries", ...policies],
    rows: rows.map((row) => [`${row.trace} @ ${row.size}`, ...policies.map((name) => row[name])]),
  });
  const cells = await corpusCells(Cache);
  report.table("adaptive", {
    caption: "adaptive against every policy, over traces of many kinds and cache sizes",
    columns: ["cells", "within 1 point of the best", "below all its policies"],
    rows: [[cells.length, near(cells).length, cells.filter((cell) => cell.below).length]],
  });
  printGaps(cells);
  const zipf = rows.find(({ trace, size }) => trace === "Zipf 1.0" && size === 1000);
  const count = options.quick ? 200_000 : 1_000_000;
  const [wasm, lruCache, registry] = ["wasm", "lru-cache", "registry"].map((what) =>
    scale(what, count),
  );
  report.table("memory", {
    caption: `${count.toLocaleString("en")} values of ${wasm.json} bytes of JSON, in Node`,
    columns: ["", 'heap: "wasm"', "lru-cache"],
    rows: [
      ["all memory, MB", wasm.bytes / 1e6, lruCache.bytes / 1e6],
      ["full garbage collection, ms", wasm.gcMs, lruCache.gcMs],
    ],
  });
  report.table("scale", {
    caption: `${count.toLocaleString("en")} paths with 32-byte values; 100,000 entries`,
    columns: ["", "Apus"],
    rows: [
      ["set once and read once, million operations a second", registry.opsPerS / 1e6],
      ["bytes an entry, keys and values not counted", registry.overhead],
      ["100,000 entries expire at once: longest slice, ms", longest],
      ["1,000 tagged entries of 100,000 invalidated, ms", invalidate],
    ],
  });
  const hit = times["get hit"];
  const set = times["set + evict"];
  const [fastest, ns] = best(set);
  report.claim({
    what: "cache hit, deadlines and sizes on, ns",
    apus: hit.apus,
    peer: hit["lru-cache ttl+size"],
    name: "lru-cache",
  });
  report.claim({ what: "cache set with eviction, ns", apus: set.apus, peer: ns, name: fastest });
  report.claim({
    what: `${count.toLocaleString("en")} JSON values in memory, MB`,
    apus: wasm.bytes / 1e6,
    peer: lruCache.bytes / 1e6,
    name: "lru-cache",
  });
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

/** The cells in which `adaptive` is far from the best policy. @param {any[]} cells */
export function printGaps(cells) {
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
      // The clock's resolution is 5 us in isolated pages, 100 us in others.
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

/**
 * The peer with the lowest figure.
 * @param {Record<string, number>} row
 * @param {string[]} [except]
 * @returns {[string, number]}
 */
function best(row, except = []) {
  const peers = Object.entries(row).filter(([name]) => name !== "apus" && !except.includes(name));
  return peers.reduce((least, peer) => (peer[1] < least[1] ? peer : least));
}

/** @param {Record<string, Record<string, number>>} times */
function speedMetrics(times) {
  /** @param {string} operation @param {string[]} [except] */
  const versusBest = (operation, except) =>
    times[operation].apus / best(times[operation], except)[1];
  const hit = times["get hit"];
  return {
    get_hit_vs_best: versusBest("get hit"),
    get_hit_vs_best_lru: versusBest("get hit", withoutRecency),
    zipf_get_or_set_vs_best: versusBest("Zipf get-or-set"),
    set_evict_vs_best: versusBest("set + evict"),
    get_hit_vs_lru_cache: hit.apus / hit["lru-cache ttl+size"],
  };
}
