// A registry of a million files in Chromium: hashed, validated, registered, persisted, reopened.
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";

const FOUNDING = 6236; // files a second, of the founding documents

/**
 * @param {{ quick: boolean }} options `quick`: 100,000 files
 * @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function registry({ quick }, report) {
  const count = quick ? 100_000 : 1_000_000;
  const { chromium } = await import("playwright-core");
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
  });
  const run = async (/** @type {boolean} */ persist) => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/tests/pages/blank.html`);
      return await page.evaluate(
        async ([count, persist]) =>
          (await import("/tests/offline/bench/registry-page.js")).run(count, persist),
        /** @type {const} */ ([count, persist]),
      );
    } finally {
      await context.close();
    }
  };
  try {
    const memory = await run(false);
    const disk = await run(true);
    const rows = Object.keys(disk).map((name) => [name, memory[name] ?? "", disk[name]]);
    report.table("registry", {
      caption: `${count.toLocaleString("en")} files: hashed, validated and registered, 1,000 at a time`,
      columns: ["", "in memory", "with persistence"],
      rows,
    });
    return {
      registry_files_per_s: memory["files a second"],
      registry_vs_founding: memory["files a second"] / FOUNDING,
      registry_persisted_files_per_s: disk["files a second"],
      registry_persisted_vs_founding: disk["files a second"] / FOUNDING,
      registry_reopen_ms: disk["reopened, ms"],
      registry_overhead_bytes_per_file: memory["bytes a file beside path and value"],
    };
  } finally {
    await browser.close();
    await server.close();
  }
}
