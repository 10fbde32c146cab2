// The list against the virtual lists that people use instead.
import { openChromium } from "./bench/chromium.js";
import {
  disturbed,
  fling,
  frameworkPeers,
  jumps,
  mount,
  peers,
  reactPeers,
  script,
  upScroll,
} from "./bench/rows-bench.js";
import { detachedRenderCalls, removedListsAlive } from "./oracle/lifetime.js";

const here = new URL(".", import.meta.url).pathname;

/**
 * @param {{ quick: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 */
export async function bench({ quick }, report) {
  const bundles = { "/bundles/engine.js": `${here}bench/engine-page.js` };
  for (const peer of peers) bundles[`/bundles/${peer}.js`] = `${here}bench/peers/${peer}.js`;
  const chromium = await openChromium(bundles);
  try {
    return {
      ...(await engines(chromium, quick, report)),
      ...(await rows(chromium, quick, report)),
      ...(await lifetime(chromium)),
    };
  } finally {
    await chromium.close();
  }
}

/** Row sizes, ranges and splices, without a document. */
async function engines(chromium, quick, report) {
  const page = await chromium.newPage("/tests/list/bench/engine.html");
  await page.waitForFunction(() => window.ready);
  const rounds = quick ? 3 : 6;
  /** @type {Record<string, number>} */
  const us = {
    apus: Number.POSITIVE_INFINITY,
    virtua: Number.POSITIVE_INFINITY,
    tanstack: Number.POSITIVE_INFINITY,
  };
  for (let round = 0; round < (quick ? 1 : 2); round++) {
    for (const [name, times] of [
      ["apus", 50_000],
      ["virtua", 20],
      ["tanstack", 3],
    ]) {
      const result = await page.evaluate(
        ([name, times, rounds]) => window.measureAndRange(name, 1_000_000, times, rounds),
        [name, times, name === "apus" ? rounds : 2],
      );
      us[name] = Math.min(us[name], result);
    }
  }
  const huge = await page.evaluate(
    (rounds) => window.measureAndRange("apus", 100_000_000, 50_000, rounds),
    rounds,
  );
  const splice1m = await page.evaluate(
    (rounds) => window.splice100(1_000_000, 1_000_000, 5_000, rounds),
    rounds,
  );
  const splice10m = await page.evaluate(
    (rounds) => window.splice100(10_000_000, 10_000_000, 5_000, rounds),
    rounds,
  );
  const head = {
    apus: await page.evaluate(() => window.headInsert("apus", 1_000_000, 200, 3)),
    virtua: await page.evaluate(() => window.headInsert("virtua", 1_000_000, 20, 2)),
  };
  const bytes = await page.evaluate(() => window.bytesPerRow(1_000_000));
  await page.close();
  report.table("engine", {
    caption: "The engine alone, us",
    columns: ["", "apus", "virtua", "tanstack"],
    rows: [
      ["measure one row and ask for the range, 1M rows", us.apus, us.virtua, us.tanstack],
      ["the same, 100M rows", huge],
      ["insert 100 rows at the head, 1M rows", head.apus, head.virtua],
      ["insert 100 rows anywhere, 1M measured rows", splice1m],
      ["insert 100 rows anywhere, 10M measured rows", splice10m],
      ["bytes a measured row", bytes],
    ],
  });
  report.claim({
    what: "list: measure a row of a million, us",
    apus: us.apus,
    peer: us.virtua,
    name: "virtua",
  });
  return {
    measure_range_1m_us: us.apus,
    measure_range_vs_virtua: us.apus / us.virtua,
    measure_range_100m_vs_1m: huge / us.apus,
    splice100_1m_us: splice1m,
    splice100_10m_us: splice10m,
    bytes_per_measured_row: bytes,
  };
}

/** Rows in a document: the same rows, the same overscan of 400 px (lit: its own 1000). */
async function rows(chromium, quick, report) {
  /** @type {Record<string, Record<string, number>>} */
  const table = Object.fromEntries(peers.map((peer) => [peer, {}]));
  const note = (peer, what, value) => {
    table[peer][what] = Math.min(table[peer][what] ?? Number.POSITIVE_INFINITY, value);
  };
  const some = quick ? ["apus", "lit", "react-window", "virtuoso"] : peers;
  for (let round = 0; round < (quick ? 3 : 10); round++) {
    for (const peer of some) note(peer, "mount 1M, ms", await mount(chromium, peer, 1_000_000));
    // In both orders, because the machine causes most differences.
    for (const rows of quick ? [1, 100] : [1, 100, 100, 1]) {
      const ms = await mount(chromium, "apus", rows * 1_000_000, "&source");
      note("apus", `mount by pages ${rows}M`, ms);
    }
  }
  for (let round = 0; round < (quick ? 1 : 2); round++) {
    for (const peer of quick ? ["apus", "lit", "virtuoso", "virtua-vue"] : peers) {
      note(peer, "script ms a frame", await script(chromium, peer, 1_000_000, 3000, quick ? 2 : 4));
    }
  }
  const flung = {};
  for (const peer of quick ? ["apus"] : peers) {
    const fast = await fling(chromium, peer, 100_000, 20_000, quick ? 1 : 2);
    const slow = await fling(chromium, peer, 100_000, 40_000, 1, 4);
    flung[peer] = { fast, slow };
    note(peer, "blank % at 20k px/s", fast.blank);
    note(peer, "blank % at 40k px/s, CPU / 4", slow.blank);
    note(peer, "observer errors", fast.errors + slow.errors);
  }
  let drift = 0;
  let reversal = 0;
  for (const peer of quick ? ["apus"] : peers) {
    const up = await upScroll(chromium, peer, 100_000);
    note(peer, "worst step upwards, px", up.drift);
    if (peer === "apus") ({ drift, reversal } = up);
  }
  const late = await disturbed(chromium, 100_000, "late");
  const spliced = await disturbed(chromium, 100_000, "splice");
  const jump = await jumps(chromium, "apus", 1_000_000, 20);
  const columns = peers.filter((peer) => Object.keys(table[peer]).length > 0);
  report.table("rows", {
    caption: "Rows of 24 to 223 px in a page, equal overscan (lit: its own)",
    columns: ["", ...columns],
    rows: Object.keys(table.apus).map((what) => [
      what,
      ...columns.map((peer) => table[peer][what]),
    ]),
  });
  const bestPeer = (/** @type {string} */ what, among = peers) =>
    among
      .filter((peer) => peer !== "apus" && table[peer][what] !== undefined)
      .map((name) => ({ name, value: table[name][what] }))
      .reduce((least, peer) => (peer.value < least.value ? peer : least));
  const best = (/** @type {string} */ what, among = peers) => bestPeer(what, among).value;
  for (const [what, claim] of [
    ["mount 1M, ms", "list: a million rows to a full viewport, ms"],
    ["script ms a frame", "list: script a frame at 3,000 px/s, ms"],
  ]) {
    const { name, value } = bestPeer(what);
    report.claim({ what: claim, apus: table.apus[what], peer: value, name });
  }
  return {
    mount_1m_vs_best: table.apus["mount 1M, ms"] / best("mount 1M, ms"),
    mount_100m_minus_1m_ms: table.apus["mount by pages 100M"] - table.apus["mount by pages 1M"],
    script_per_frame_vs_best: table.apus["script ms a frame"] / best("script ms a frame"),
    script_per_frame_vs_best_react_peer:
      table.apus["script ms a frame"] / best("script ms a frame", reactPeers),
    script_per_frame_vs_best_framework_peer:
      table.apus["script ms a frame"] / best("script ms a frame", frameworkPeers),
    fling_blank_pct: flung.apus.fast.blank,
    fling_blank_40k_throttled_pct: flung.apus.slow.blank,
    up_scroll_drift_px: Math.max(drift, late.drift),
    up_scroll_reversal_px: Math.max(reversal, late.reversal),
    scroll_to_index_error_px: jump,
    splice_drift_px: spliced.drift,
    ro_loop_errors: flung.apus.fast.errors + flung.apus.slow.errors,
  };
}

/** What lists do out of the document. */
async function lifetime(chromium) {
  const page = await chromium.newPage("/tests/list/pages/list.html");
  return {
    detached_render_calls: await detachedRenderCalls(page, chromium.url),
    removed_lists_alive: await removedListsAlive(page, chromium.url),
  };
}
