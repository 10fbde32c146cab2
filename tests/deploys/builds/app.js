// An application whose files name their build, so that a page knows which builds it runs: an entry with
// a singleton, and three routes with sheets, a font, WebAssembly, JSON and a worker.
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../../tools/run.js";

/** @typedef {"vite" | "webpack" | "rspack" | "esbuild"} Bundler */

/** How an application opens its routes and starts its workers. */
export const plain = `
export const leaving = () => false;
export const wrap = (load) => load;
export const compile = async (url) => WebAssembly.compileStreaming(fetch(url));
export const json = async (url) => (await fetch(url)).json();
export const start = (url) => new Worker(url, { type: "module" });
`;

/** How a bundler gives the URL of a file. @type {Record<Bundler, (path: string) => string>} */
const urlOf = {
  vite: (path) => `import url from "${path}${path.endsWith(".js") ? "?worker&url" : "?url"}";`,
  esbuild: (path) => `import url from "${path}";`,
  webpack: (path) => `const url = new URL("${path}", import.meta.url).href;`,
  rspack: (path) => `const url = new URL("${path}", import.meta.url).href;`,
};

/**
 * Routes have URLs: links push them, and the page shows the route of its own. `shown` has what each
 * route said, `reloads` counts the times that the page itself started again.
 */
const router = `
const show = async () => {
  const route = location.pathname.slice(1);
  if (!(route in routes)) return;
  const told = await app.open(route).catch((error) => ({ error: String(error?.stack ?? error) }));
  shown.push({ route, ...told });
};
globalThis.shown = [];
addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.defaultPrevented) return;
  if (leaving(link.href)) return; // the browser follows the link
  event.preventDefault();
  history.pushState({}, "", link.href);
  show();
});
if (performance.getEntriesByType("navigation")[0].type === "reload") {
  sessionStorage.reloads = Number(sessionStorage.reloads ?? 0) + 1;
}
show();
`;

/**
 * The sources of one build.
 * @param {Bundler} bundler @param {number} build @param {string} [ways] the text of the module ways.js
 * @returns {Record<string, string | Uint8Array>} path -> content
 */
function sources(bundler, build, ways = plain) {
  const url = urlOf[bundler];
  const links = ["chart", "solver", "work"].map((it) => `<a href="/${it}">${it}</a>`).join(" ");
  // webpack and Rspack bundle a worker only where it is created.
  // The ways may start a worker by its name in the manifest.
  const byName = ways.includes("start = (name)");
  const worker = /pack$/.test(bundler) && ways === plain;
  const started = worker
    ? `new Worker(new URL("./task.worker.js", import.meta.url), { type: "module" })`
    : "await start(url)";
  return {
    "index.html": `<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>App</title></head><body>${links}${
      bundler === "vite" ? `<script type="module" src="/src/main.js"></script>` : ""
    }</body></html>`,
    "src/ways.js": ways,
    "src/state.js": `export const build = ${build}; (globalThis.singletons ??= []).push(build);`,
    "src/main.js": `import "./main.css";
      import { build } from "./state.js";
      import { leaving, wrap } from "./ways.js";
      const routes = {
        chart: wrap(() => import("./chart.js")),
        solver: wrap(() => import("./solver.js")),
        work: wrap(() => import("./work.js")),
      };
      globalThis.app = { build, open: async (name) => (await routes[name]()).show() };
      ${router}`,
    "src/main.css": `:root { --main: "${build}"; }`,
    "src/shared.js": `import { build } from "./state.js"; import "./shared.css";
      export const shared = () => ({ state: build, shared: ${build}, sharedCss: sheet("--shared") });
      export const sheet = (name) =>
        Number(getComputedStyle(document.documentElement).getPropertyValue(name).replaceAll('"', ""));`,
    "src/shared.css": `:root { --shared: "${build}"; }`,
    "src/chart.js": `import "./chart.css"; import { shared, sheet } from "./shared.js";
      export const show = async () => {
        await document.fonts.load("16px Build", "x").catch(() => {}); // it is no real font
        return { chart: ${build}, css: sheet("--chart"), ...shared() };
      };`,
    "src/chart.css": `@font-face { font-family: Build; src: url("./build.woff2"); }
      :root { --chart: "${build}"; } .chart { font-family: Build; }`,
    "src/solver.js": `import { shared } from "./shared.js"; import { compile, json } from "./ways.js";
      import { data } from "./data.js"; ${url("./solver.wasm")}
      export const show = async () => {
        const { exports } = await WebAssembly.instantiate(await compile(url));
        return { solver: ${build}, wasm: exports.build.value, json: (await json(data)).build, ...shared() };
      };`,
    "src/data.js": `${url("./data.json")} export const data = url;`,
    "src/data.json": JSON.stringify({ build }),
    "src/solver.wasm": wasm(build),
    "src/build.woff2": `a font of build ${build}`,
    "src/work.js": `${worker ? "" : `import { start } from "./ways.js"; ${byName ? `const url = "src/task.worker.js";` : url("./task.worker.js")}`}
      export const show = async () => {
        const worker = ${started};
        const told = new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = () => reject(new Error("the worker did not start"));
        });
        worker.postMessage("build");
        return { work: ${build}, worker: await told.finally(() => worker.terminate()) };
      };`,
    "src/task.worker.js": `onmessage = () => postMessage(${build});`,
  };
}

/** A module that exports its build as a global. @param {number} build */
function wasm(build) {
  const number = [];
  for (let rest = build; ; rest >>= 7) {
    const last = rest < 64;
    number.push((rest & 127) | (last ? 0 : 128));
    if (last) break;
  }
  const name = [...Buffer.from("build")];
  const globals = [1, 0x7f, 0, 0x41, ...number, 0x0b];
  const exported = [1, name.length, ...name, 3, 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[6, globals.length, ...globals],
    ...[7, exported.length, ...exported],
  ]);
}

/**
 * Writes the application to a folder of its own, where the package "apus" is this tree.
 * @param {string} name @param {Bundler} bundler @param {number} build @param {string} [ways]
 * @returns {Promise<string>} the folder
 */
export async function writeApp(name, bundler, build, ways) {
  const folder = join(root, "build/deploys", name);
  if (build === 1) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, "src"), { recursive: true });
    await mkdir(join(folder, "node_modules"));
    await symlink(root, join(folder, "node_modules/apus"));
    await writeFile(join(folder, "package.json"), `{ "name": "app", "type": "module" }`);
  }
  for (const [path, content] of Object.entries(sources(bundler, build, ways))) {
    await writeFile(join(folder, path), content);
  }
  return folder;
}
