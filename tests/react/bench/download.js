// What a page with a React list downloads besides React: built by esbuild, in a browser.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { serve } from "../../../tools/serve.js";

const here = new URL(".", import.meta.url).pathname;
const react = ["react", "react-dom", "react-dom/client", "react/jsx-runtime"];
const settings = /** @type {const} */ ({
  ...{ bundle: true, splitting: true, minify: true, write: false, outdir: "/bundles" },
  ...{ format: "esm", target: "es2022", legalComments: "none" },
  define: { "process.env.NODE_ENV": '"production"' },
});
const fileOf = (/** @type {string} */ name) => `react-part-${react.indexOf(name)}.js`;

/** React as modules with named exports, whatever it is made of. */
async function reactModules() {
  const entries = await Promise.all(
    react.map(async (name) => {
      const names = Object.keys(await import(name)).filter((key) => !/default|\W/.test(key));
      const contents = `import all from "${name}"; export const { ${names.join(", ")} } = all; export default all;`;
      return [fileOf(name), contents];
    }),
  );
  const contents = new Map(entries);
  const { outputFiles } = await build({
    ...settings,
    entryPoints: [...contents.keys()],
    chunkNames: "react-part-[hash]",
    plugins: [
      {
        name: "entries",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^react-part-/ }, ({ path }) => ({ path, namespace: "react" }));
          onLoad({ filter: /./, namespace: "react" }, ({ path }) => ({
            contents: contents.get(path),
            resolveDir: here,
          }));
        },
      },
    ],
  });
  return outputFiles;
}

/** @param {string} peer its list, which imports React from elsewhere */
async function listModules(peer) {
  const { outputFiles } = await build({
    ...settings,
    entryPoints: [`${here}peers/${peer}.js`],
    plugins: [
      {
        name: "react",
        setup({ onResolve }) {
          onResolve({ filter: /^react(-dom)?(\/|$)/ }, ({ path }) => ({
            path: `./${fileOf(path)}`,
            external: true,
          }));
        },
      },
    ],
  });
  return outputFiles;
}

/**
 * @param {import("@playwright/test").Browser} browser @param {string} peer @param {number} rows
 * @returns {Promise<number>} bytes, gzip, until the list stands still
 */
export async function download(browser, peer, rows) {
  const all = [...(await reactModules()), ...(await listModules(peer))];
  const files = new Map(all.map(({ path, contents }) => [path, contents]));
  const wasm = await readFile(`${here}../../../dist/apus-list.wasm`);
  files.set("/bundles/apus-list.wasm", wasm);
  let sum = 0;
  const server = await serve({
    handle: (_request, response, { pathname }) => {
      const content = files.get(pathname);
      if (!content) return false;
      if (!/react-part-/.test(pathname)) sum += gzipSync(content, { level: 9 }).length;
      const type = pathname.endsWith(".wasm") ? "application/wasm" : "text/javascript";
      response.writeHead(200, { "content-type": type }).end(content);
      return true;
    },
  });
  const page = await browser.newPage();
  await page.goto(`${server.url}/tests/list/bench/rows.html?peer=${peer}&rows=${rows}`);
  await page.waitForFunction(() => window.state?.mounted, undefined, { timeout: 60_000 });
  await page.waitForLoadState("networkidle");
  await page.close();
  await server.close();
  return sum;
}
