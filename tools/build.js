// Makes dist/: a WebAssembly module for each room, the bundles for a plain
// <script type="module">, the type declarations and custom-elements.json.
//
//   node tools/build.js            everything
//   node tools/build.js wasm js    only these parts (wasm, js, types, manifest, api, notices, cities)
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.js";
import { buildCities } from "./cities.js";
import { vscodeData, webTypes } from "./editors.js";
import { notices, sbom } from "./notices.js";
import { bin, must, root, run } from "./run.js";
import { emscriptenEnv } from "./setup/emscripten.js";
import { sourceOverrides } from "./setup/sources.js";
import { step } from "./setup/steps.js";
import { finishTypes } from "./types.js";

const dist = join(root, "dist");

/** The last build of each preset. @type {Map<string, Promise<void>>} */
const builds = new Map();

/**
 * Configures (once) and builds one CMake preset, after those of the same folder that run already.
 * @param {string} preset @param {string[]} [targets] all if empty
 * @param {string[]} [settings] more arguments for configuring
 */
export function buildPreset(preset, targets = [], settings = []) {
  const before = builds.get(preset)?.catch(() => {}); // its caller reports it
  const built = Promise.resolve(before).then(() => compile(preset, targets, settings));
  builds.set(preset, built);
  return built;
}

/** @param {string} preset @param {string[]} targets @param {string[]} settings */
async function compile(preset, targets, settings) {
  const emscripten = preset === "wasm" ? emscriptenEnv() : undefined;
  const env = {
    ...emscripten?.env,
    // where emcc finds Closure and tsc
    PATH: `${join(root, "node_modules/.bin")}:${emscripten?.env.PATH ?? process.env.PATH}`,
  };
  const toolchain = emscripten ? [`-DCMAKE_TOOLCHAIN_FILE=${emscripten.toolchainFile}`] : [];
  const generator = (await run("ninja", ["--version"])).code === 0 ? ["-G", "Ninja"] : [];
  const configure = [
    ...["--preset", preset],
    ...[...generator, ...toolchain, ...settings, ...(await sourceOverrides())],
  ];
  await must("cmake", configure, { env });
  const chosen = targets.length ? ["--target", ...targets] : [];
  await must("cmake", ["--build", "--preset", preset, "-j", "2", ...chosen], { env });
}

/** The modules: one for each room, and `bytes` for caches with `heap: "wasm"`. */
export const rooms = ["bytes", "cache", "image", "lazy", "list", "sampler", "store", "sync"];

/** All that is compiled. */
export const modules = [...rooms, "quantum", "solvers", "layout"];

/** @param {string[]} [compiled] modules to compile; the others are in build/ already */
export async function buildWasm(compiled = modules) {
  await buildPreset(
    "wasm",
    compiled.map((name) => `apus-${name}`),
  );
  const built = join(root, "build/wasm/modules");
  await mkdir(dist, { recursive: true });
  const types = [];
  for (const room of rooms) {
    const wasm = await readFile(join(built, `apus-${room}.wasm`));
    await writeChanged(join(dist, `apus-${room}.wasm`), wasm);
    types.push(moduleType(room, await readFile(join(built, `apus-${room}.d.ts`), "utf8")));
  }
  // With Embind's glue and its types, which are modules of their own.
  for (const [to, from] of [
    ["apus-quantum.wasm", "apus-quantum.wasm"],
    ["quantum-glue.js", "apus-quantum.js"],
    ["quantum-glue.d.ts", "apus-quantum.d.ts"],
  ]) {
    await writeChanged(join(dist, to), await readFile(join(built, from)));
  }
  await copySmall("urls.js", "wasm.js");
  await copySmall("quantum-urls.js", "quantum-urls.js");
  const quantumTypes = ["quantumWasm", "quantumWorker"].map(typeOfUrl).join("");
  await writeChanged(join(dist, "quantum-urls.d.ts"), Buffer.from(quantumTypes));
  await buildSolvers(built);
  const layout = await readLayout(join(built, "apus-layout.wasm"));
  await writeChanged(join(dist, "layout.js"), Buffer.from(layout));
  await writeChanged(join(dist, "layout.d.ts"), Buffer.from(layout)); // constants declare their own type
  const declarations = Buffer.from(
    `export declare const urls: Record<keyof Rooms, () => URL>;\nexport declare const found: (url: URL) => URL;\n${typeOfUrl("packWorker")}\n/** The exports of each room's module. */\nexport interface Rooms {\n${types.join("\n")}\n}\n`,
  );
  await writeChanged(join(dist, "wasm.d.ts"), declarations);
}

/**
 * Copies a script of wasm/ without comments and spaces. Its names and URLs stay as bundlers look for them.
 * @param {string} from @param {string} to
 */
async function copySmall(from, to) {
  const { transform } = await import("esbuild");
  const script = await readFile(join(root, "wasm", from), "utf8");
  const { code } = await transform(script, { minifyWhitespace: true });
  await writeChanged(join(dist, to), Buffer.from(code));
}

/** @param {string} name */
const typeOfUrl = (name) => `export declare const ${name}: () => URL;\n`;

/** The module of quantum's algorithms, whose URLs only they need. @param {string} built */
async function buildSolvers(built) {
  const wasm = await readFile(join(built, "apus-solvers.wasm"));
  await writeChanged(join(dist, "apus-solvers.wasm"), wasm);
  await copySmall("solver-urls.js", "quantum-solver-urls.js");
  const type = moduleType("solvers", await readFile(join(built, "apus-solvers.d.ts"), "utf8"));
  const declarations = `${["solversWasm", "solverWorker"].map(typeOfUrl).join("")}\nexport interface Rooms {\n${type}\n}\n`;
  await writeChanged(join(dist, "quantum-solver-urls.d.ts"), Buffer.from(declarations));
}

/**
 * Writes a file unless it has these bytes already, so that servers and tests can read dist/ meanwhile.
 * @param {string} file @param {Uint8Array} bytes
 */
async function writeChanged(file, bytes) {
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(bytes)) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/**
 * The numbers that JavaScript shares with the core, as constants that a bundler inlines.
 * @param {string} file the module that exports them (wasm/layout.cpp)
 */
async function readLayout(file) {
  const { instantiate } = await import("../js/core/instantiate.js");
  const layout = await instantiate(await WebAssembly.compile(await readFile(file)));
  const lines = ["// Written by the build from include/apus/*/layout.h."];
  for (let table = 0; table < layout.apus_layout_tables(); table++) {
    for (let entry = 0; entry < layout.apus_layout_count(table); entry++) {
      const { u8 } = layout.memory;
      const at = layout.apus_layout_name(table, entry);
      const name = String.fromCharCode(...u8.subarray(at, u8.indexOf(0, at)));
      lines.push(`export const ${name} = ${layout.apus_layout_value(table, entry)};`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** From emcc's declaration, which uses the names of its glue. @param {string} room @param {string} text */
function moduleType(room, text) {
  const functions = [...text.matchAll(/^ {2}_(apus_\w+\(.*)$/gm)].map(([, it]) => `    ${it}`);
  return `  ${room}: {\n${functions.join("\n")}\n  };`;
}

async function buildBundles() {
  const files = await bundle();
  for (const [name, content] of files) await writeChanged(join(dist, name), Buffer.from(content));
  for (const name of await readdir(dist)) {
    const chunk = /-\w{8}\.js(\.map)?$/.test(name);
    if (chunk && !files.has(name)) await rm(join(dist, name));
  }
}

async function buildTypes() {
  const types = join(dist, "types");
  await rm(types, { recursive: true, force: true });
  const emit = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  for (const project of ["tsconfig.json", "js/gateway"]) {
    await must(bin("tsc"), ["-p", project, ...emit, "--rootDir", "js", "--outDir", types]);
  }
  await finishTypes(types);
}

/**
 * The properties that an element's base makes from its attributes, which the analyzer cannot see.
 * @param {any} declaration
 */
function addReflected({ attributes = [], members = [] }) {
  for (const { name: attribute, type, description } of attributes) {
    const name = attribute.replace(/-\w/g, (letters) => letters[1].toUpperCase());
    if (attribute === "role" || members.some((member) => member.name === name)) continue;
    members.push({ kind: "field", name, type, description, attribute, reflects: true });
  }
}

/**
 * Drops what is no element and what only its own code sees.
 * @param {any} manifest @returns {any[]} its modules
 */
function keepPublic(manifest) {
  const tagged = (/** @type {any} */ { declarations = [] }) =>
    declarations.filter((/** @type {any} */ { tagName }) => tagName);
  manifest.modules = manifest.modules.filter((/** @type {any} */ it) => tagged(it).length);
  for (const module of manifest.modules) {
    module.declarations = tagged(module);
    const names = module.declarations.map((/** @type {any} */ { name }) => name);
    module.exports = module.exports.filter((/** @type {any} */ { name }) => names.includes(name));
    for (const declaration of module.declarations) {
      declaration.superclass = { name: "HTMLElement" };
      declaration.members = (declaration.members ?? [])
        .filter((/** @type {any} */ { privacy }) => privacy !== "private")
        .map(({ inheritedFrom: _, ...member }) => member);
    }
  }
  return manifest.modules;
}

async function buildManifest() {
  const file = join(dist, "custom-elements.json");
  await must(bin("cem"), [
    "analyze",
    "--globs",
    "js/elements/**/*.js",
    "--outdir",
    "dist",
    "--quiet",
  ]);
  const manifest = JSON.parse(await readFile(file, "utf8"));
  // The analyzer's order is the one in which the folders were read.
  manifest.modules.sort((a, b) => (a.path < b.path ? -1 : 1));
  // It mistakes the argument of `new CustomEvent(type)` for an event.
  for (const { declarations } of keepPublic(manifest)) {
    for (const declaration of declarations) {
      declaration.events &&= declaration.events.filter(({ description }) => description);
      addReflected(declaration);
    }
  }
  const pack = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const files = {
    "custom-elements.json": manifest,
    "vscode.html-custom-data.json": vscodeData(manifest),
    "web-types.json": webTypes(manifest, pack),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(dist, name), JSON.stringify(content, null, 2));
  }
}

async function buildNotices() {
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, "THIRD-PARTY-NOTICES.txt"), await notices());
  await writeFile(join(dist, "sbom.cdx.json"), await sbom());
}

const parts = {
  wasm: ["Compiling the WebAssembly modules", () => buildWasm()],
  js: ["Bundling the scripts", buildBundles],
  types: ["Writing type declarations", buildTypes],
  manifest: ["Writing custom-elements.json and data for editors", buildManifest],
  api: ["Writing the API pages", async () => (await import("./docs/api.js")).buildApi()],
  notices: ["Writing third-party notices and the bill of materials", buildNotices],
  cities: ["Packing the cities for the demo", buildCities],
};

/** @param {string[]} [names] */
export async function build(names = Object.keys(parts)) {
  for (const name of names) await step(...parts[name]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { setup } = await import("./setup.js");
  await setup({ need: ["npm", "emscripten", "sources"] });
  const names = process.argv.slice(2);
  await build(names.length ? names : undefined);
}
