// A registry of a million files in Chromium: hashed, validated, registered, persisted, reopened.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  const profile = await mkdtemp(join(tmpdir(), "apus-registry-"));
  /**
   * Runs a function of registry-page.js in a browser that is started for it, on the same profile.
   * @param {string} name @param {unknown[]} args @returns {Promise<any>}
   */
  const run = async (name, ...args) => {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      args: ["--no-sandbox", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
    });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/tests/pages/blank.html`);
      return await page.evaluate(
        async ([name, args]) =>
          (await import("/tests/offline/bench/registry-page.js"))[name](...args),
        /** @type {const} */ ([name, args]),
      );
    } finally {
      await context.close();
    }
  };
  try {
    const memory = await run("run", count, false);
    const disk = await run("run", count, true);
    const cold = await run("reopen", count);
    const { segments } = await run("compact");
    const compacted = await run("reopen", count);
    const rows = Object.keys(disk).map((name) => [name, memory[name] ?? "", disk[name]]);
    report.table("registry", {
      caption: `${count.toLocaleString("en")} files: hashed, validated and registered, 1,000 at a time`,
      columns: ["", "in memory", "with persistence"],
      rows: [
        ...rows,
        ["reopened after a restart of the browser, ms", "", cold.ms],
        [`the same after compaction to ${segments} segments, ms`, "", compacted.ms],
      ],
    });
    return {
      registry_files_per_s: memory["files a second"],
      registry_vs_founding: memory["files a second"] / FOUNDING,
      registry_persisted_files_per_s: disk["files a second"],
      registry_persisted_vs_founding: disk["files a second"] / FOUNDING,
      registry_reopen_ms: Math.max(cold.ms, compacted.ms),
      registry_overhead_bytes_per_file: memory["bytes a file beside path and value"],
      registry_persisted_overhead_bytes_per_file: disk["bytes a file beside path and value"],
      registry_longest_sort_task_ms: disk["longest task meanwhile over 50 ms, ms"],
    };
  } finally {
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
}
