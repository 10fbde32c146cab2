import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../../../tools/run.js";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";
import { longestTask } from "../../live/bench/tasks.js";

export const qsharpWasm = join(root, "node_modules/qsharp-lang/lib/web/qsc_wasm_bg.wasm");

/**
 * Runs page.js in a headless Chromium.
 * @param {import("./measure.js").Size} size
 * @returns {Promise<any>} what it returns, and the page's longest task during a run of 24 qubits, ms
 */
export async function inChromium(size) {
  const { outputFiles } = await build({
    entryPoints: [join(root, "tests/quantum/bench/page.js")],
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
    external: ["/apus/*"],
    logLevel: "error",
  });
  const wasm = await readFile(qsharpWasm);
  const server = await serve({
    async handle(_request, response, { pathname }) {
      const send = (/** @type {string} */ type, /** @type {string | Uint8Array} */ body) =>
        response.writeHead(200, { "content-type": type }).end(body);
      if (pathname === "/bench/page.js") send("text/javascript", outputFiles[0].text);
      else if (pathname === "/bench/qsharp.wasm") send("application/wasm", wasm);
      else if (pathname === "/bench/") {
        send(
          "text/html",
          '<!doctype html><title>bench</title><script type="module" src="page.js"></script>',
        );
      } else return false;
      return true;
    },
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${server.url}/bench/`);
    await page.waitForFunction(() => "benchQuantum" in globalThis);
    const measured = await page.evaluate(
      (size) => /** @type {any} */ (globalThis).benchQuantum(size),
      size,
    );
    const { cpu } = await longestTask(browser, page, () => page.evaluate("longRun()"));
    return { ...measured, longest: cpu };
  } finally {
    await browser.close();
    await server.close();
  }
}
