// The list against the virtual lists one would take instead.
import { openChromium } from "./bench/chromium.js";

const here = new URL(".", import.meta.url).pathname;

/** @param {{ quick: boolean }} options */
export async function bench({ quick }) {
  const chromium = await openChromium({ "/bundles/engine.js": `${here}bench/engine-page.js` });
  try {
    return await engines(chromium, quick);
  } finally {
    await chromium.close();
  }
}

/** Row sizes, ranges and splices, without a document. */
async function engines(chromium, quick) {
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
  console.table({
    "measure 1 row + range, 1M rows, us": us,
    "the same, 100M rows, us": { apus: huge },
    "insert 100 at the head, 1M rows, us": head,
    "insert 100 anywhere, 1M measured, us": { apus: splice1m },
    "insert 100 anywhere, 10M measured, us": { apus: splice10m },
    "bytes a measured row": { apus: bytes },
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
