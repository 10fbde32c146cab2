// Deltas between builds (RFC 9842), from the development server to Chromium.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseManifest } from "../../js/lazy/build/manifest.js";
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";
import { writeApp } from "../deploys/builds/app.js";
import { withVite } from "../deploys/builds/bundlers.js";

/** Like an application with a library in its entry. */
const ways = `import * as library from "/node_modules/es-module-lexer/dist/lexer.js";
globalThis.library = library;
export const leaving = () => false;
export const wrap = (load) => load;
export const compile = async (url) => WebAssembly.compileStreaming(fetch(url));
export const json = async (url) => (await fetch(url)).json();
export const start = (url) => new Worker(url, { type: "module" });
`;

test("a new build is sent as what changed since the last", async ({ page }) => {
  const zstd = (() => {
    try {
      return execFileSync("zstd", ["--version"]);
    } catch {
      return undefined;
    }
  })();
  test.skip(!zstd && !process.versions.node.startsWith("24"), "nothing compresses with Zstandard");
  const out = join("build/deploys/dictionary", "dist");
  const server = await serve({ builds: [["/app/", out]] });
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  /** @type {Map<string, { encoding?: string, bytes: number }>} by URL */
  const received = new Map();
  const urls = new Map();
  session.on("Network.responseReceived", ({ requestId, response: { url, headers } }) => {
    urls.set(requestId, url);
    received.set(url, { encoding: headers["content-encoding"], bytes: 0 });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const found = received.get(urls.get(requestId));
    if (found) found.bytes = encodedDataLength;
  });
  const entries = [];
  for (const build of [1, 2]) {
    const folder = await writeApp(
      "dictionary",
      "vite",
      build,
      ways.replace("/node_modules", join(process.cwd(), "node_modules")),
    );
    await withVite({ folder, out: "dist" }, {}, "/app/");
    const json = JSON.parse(await readFile(join(out, "apus-manifest.json"), "utf8"));
    const { names } = parseManifest(json, `${server.url}/app/m.json`);
    entries.push(names.get("index.html") ?? "");
    await page.goto(`${server.url}/app/index.html`);
    await expect.poll(() => page.evaluate(() => globalThis.app?.build)).toBe(build);
    await expect.poll(() => received.get(entries.at(-1))?.bytes ?? 0).toBeGreaterThan(0);
  }
  await server.close();
  expect(entries[0]).not.toBe(entries[1]);
  const [first, second] = entries.map((url) => received.get(url));
  expect(first?.encoding).toBe("br");
  expect(second?.encoding).toBe("dcz");
  expect(second?.bytes).toBeLessThan((first?.bytes ?? 0) / 4);
  console.log(`entry: ${first?.bytes} bytes in br, ${second?.bytes} as a delta`);
});
