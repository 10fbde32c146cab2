// <List> of apus/react against the lists that React pages use: the same row, in Chromium.
import { readFile } from "node:fs/promises";
import { chromium as playwright } from "@playwright/test";
import { build } from "esbuild";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { serve } from "../../tools/serve.js";
import { findChromium } from "../../tools/setup/chromium.js";
import { openChromium } from "../list/bench/chromium.js";
import { fling, mount, open, script } from "../list/bench/rows-bench.js";
import { Town } from "./app/town.js";
import { download } from "./bench/download.js";

const here = new URL(".", import.meta.url).pathname;
const peers = ["apus", "tanstack", "virtua", "virtuoso", "react-window"];
const rows = 100_000;

/**
 * @param {{ quick: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 */
export async function bench({ quick }, report) {
  const entries = [...peers.map((peer) => [peer, `peers/${peer}`]), ["alive", "alive"]];
  const chromium = await openChromium(
    Object.fromEntries(
      entries.map(([name, file]) => [`/bundles/${name}.js`, `${here}bench/${file}.js`]),
    ),
  );
  const executablePath = findChromium();
  const browser = await playwright.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const ms = await times(chromium, quick);
    /** @type {Record<string, number>} */
    const KB = {};
    for (const peer of [...peers, "apus-hook"])
      KB[peer] = (await download(browser, peer, rows)) / 1024;
    const alive = await aliveAfterScrolling(chromium);
    const warnings = await hydrationWarnings(browser);
    const { blank } = await fling(chromium, "apus", rows, 20_000, 1);
    report.table("rows", {
      caption: "A list of 100,000 rows of React, 24 to 223 px high, equal overscan",
      columns: ["", ...peers],
      rows: [
        ["script ms a frame, 3,000 px/s", ...peers.map((peer) => ms.script[peer])],
        ["mount, ms", ...peers.map((peer) => ms.mount[peer])],
      ],
    });
    report.table("download", {
      caption: "What a page with a list downloads besides React, gzip",
      columns: ["", "List", "useVirtualList", ...peers.slice(1)],
      rows: [["KB", KB.apus, KB["apus-hook"], ...peers.slice(1).map((peer) => KB[peer])]],
    });
    report.table("rest", {
      caption: "The list of apus/react",
      columns: ["", "apus"],
      rows: [
        ["blank % at 20,000 px/s", blank],
        ["rows alive / rows mounted, after 1,000 steps", alive],
        ["hydration warnings", warnings],
      ],
    });
    const { apus, tanstack, virtua } = ms.script;
    const what = "React: script a frame at 3,000 px/s, ms";
    report.claim({ what, apus, peer: virtua, name: "virtua" });
    return {
      react_list_script_per_frame_vs_virtua: apus / virtua,
      react_list_script_per_frame_vs_tanstack: apus / tanstack,
      react_list_mount_vs_virtua: ms.mount.apus / ms.mount.virtua,
      react_list_bytes_vs_tanstack: KB.apus / KB.tanstack,
      react_hook_bytes_vs_tanstack: KB["apus-hook"] / KB.tanstack, // a hook as well
      react_rows_alive_vs_mounted: alive,
      react_fling_blank_pct: blank,
      hydration_warnings: warnings,
    };
  } finally {
    await browser.close();
    await chromium.close();
  }
}

/** The least of some rounds, in which the peers take turns. */
async function times(chromium, quick) {
  const least = { script: {}, mount: {} };
  const note = (what, peer, value) => {
    least[what][peer] = Math.min(least[what][peer] ?? Number.POSITIVE_INFINITY, value);
  };
  for (let round = 0; round < (quick ? 2 : 6); round++) {
    for (const peer of peers) {
      note("script", peer, await script(chromium, peer, rows, 3000, quick ? 2 : 4));
      note("mount", peer, await mount(chromium, peer, rows));
    }
  }
  return least;
}

/** Rows alive for each row that is mounted, after 1,000 steps. */
async function aliveAfterScrolling(chromium) {
  const { page } = await open(chromium, "alive", rows);
  const ratio = await page.evaluate(() => window.state.peer.steps(1000));
  await page.context().close();
  return ratio;
}

/** What the development build of React says while it hydrates a list that a server rendered. */
async function hydrationWarnings(browser) {
  const { outputFiles } = await build({
    entryPoints: [`${here}bench/hydrate.js`],
    ...{ bundle: true, format: "esm", target: "es2022", write: false },
    define: { "process.env.NODE_ENV": '"development"' },
  });
  const body = `<!doctype html><link rel="icon" href="data:,"><div id="root">${renderToString(createElement(Town))}</div>
    <script type="module" src="/bundles/hydrate.js"></script>`;
  const wasm = await readFile(new URL("../../dist/apus-list.wasm", import.meta.url));
  const server = await serve({
    handle: (_request, response, { pathname }) => {
      const [type, content] =
        {
          "/hydrate": ["text/html", body],
          "/bundles/hydrate.js": ["text/javascript", outputFiles[0].contents],
          "/bundles/apus-list.wasm": ["application/wasm", wasm],
        }[pathname] ?? [];
      if (content) response.writeHead(200, { "content-type": type }).end(content);
      return Boolean(content);
    },
  });
  const page = await browser.newPage();
  let warnings = 0;
  page.on("console", (message) => {
    if (/warn|error/.test(message.type())) warnings++;
  });
  page.on("pageerror", () => warnings++);
  await page.goto(`${server.url}/hydrate`);
  await page.waitForSelector("apus-list > [slot=row]");
  await page.waitForLoadState("networkidle");
  await page.close();
  await server.close();
  return warnings;
}
