// Makes dist/: a WebAssembly module for each room, the bundles for a plain
// <script type="module">, the type declarations, custom-elements.json.
//
//   node tools/build.js            everything
//   node tools/build.js wasm js    only these parts (wasm, js, types, manifest, notices, cities)
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildCities } from "./cities.js";
import { notices, sbom } from "./notices.js";
import { root, run } from "./run.js";
import { emscriptenEnv } from "./setup/emscripten.js";
import { sourceOverrides } from "./setup/sources.js";
import { step } from "./setup/steps.js";

const dist = join(root, "dist");
const bin = (name) => join(root, "node_modules/.bin", name);

async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
  return output;
}

/**
 * Configures (once) and builds one CMake preset.
 * @param {string} preset @param {string[]} [targets] all, when there is none
 * @param {string[]} [settings] more arguments for the configuration
 */
export async function buildPreset(preset, targets = [], settings = []) {
  const emscripten = preset === "wasm" ? emscriptenEnv() : undefined;
  const env = {
    ...emscripten?.env,
    // emcc looks for Closure and tsc here
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

/** The rooms that have a module, in alphabetical order. */
export const rooms = ["cache", "lazy", "list", "sampler", "store"];

/** @param {string[]} [compiled] rooms; what the others became lies in build/ already */
async function buildWasm(compiled = rooms) {
  await buildPreset(
    "wasm",
    [...compiled, "layout"].map((name) => `apus-${name}`),
  );
  const built = join(root, "build/wasm/modules");
  await mkdir(dist, { recursive: true });
  const types = [];
  for (const room of rooms) {
    await copyFile(join(built, `apus-${room}.wasm`), join(dist, `apus-${room}.wasm`));
    types.push(moduleType(room, await readFile(join(built, `apus-${room}.d.ts`), "utf8")));
  }
  await copyFile(join(root, "wasm/urls.js"), join(dist, "wasm.js"));
  const layout = await readLayout(join(built, "apus-layout.wasm"));
  await writeFile(join(dist, "layout.js"), layout);
  await writeFile(join(dist, "layout.d.ts"), layout); // constants declare their own type
  await writeFile(
    join(dist, "wasm.d.ts"),
    `export declare const urls: Record<keyof Rooms, () => URL>;\n\n/** What each room's module exports. */\nexport interface Rooms {\n${types.join("\n")}\n}\n`,
  );
}

/**
 * The numbers that JavaScript shares with the core, as constants that a bundler inlines.
 * @param {string} file the module that knows them (wasm/layout.cpp)
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

/** From emcc's declaration, which names the functions as its glue would. @param {string} room @param {string} text */
function moduleType(room, text) {
  const functions = [...text.matchAll(/^ {2}_(apus_\w+\(.*)$/gm)].map(([, it]) => `    ${it}`);
  return `  ${room}: {\n${functions.join("\n")}\n  };`;
}

/**
 * Bundles for pages without a bundler. Chunks lie at the top of dist/, beside
 * the .wasm files, so that `new URL("./apus-cache.wasm", import.meta.url)` holds.
 * Writes what changed alone, so that a server or a test may read meanwhile.
 */
async function buildBundles() {
  const { build } = await import("esbuild");
  const elements = await readdir(join(root, "js/define"));
  const { outputFiles } = await build({
    entryPoints: [
      { in: join(root, "js/index.js"), out: "index" },
      { in: join(root, "js/define.js"), out: "define" },
      ...elements.map((file) => ({
        in: join(root, "js/define", file),
        out: `define/${file.slice(0, -3)}`,
      })),
    ],
    outdir: dist,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    sourcemap: "linked",
    write: false,
  });
  /** A script that stands alone, so that the page's chunks stay as they are. */
  const alone = (entry, name, format) =>
    build({
      entryPoints: [join(root, entry)],
      outfile: join(dist, name),
      bundle: true,
      minify: true,
      format,
      target: "es2022",
      legalComments: "none",
      write: false,
    });
  // A classic script: it must run before anything that is deferred.
  const boot = await alone("js/sampler/boot.js", "boot.js", "iife");
  const worker = await alone("js/store/pack-worker.js", "pack-worker.js", "esm");
  // Not split, so that every import() of it has become a part of the file.
  const service = await alone("js/worker.js", "worker.js", "esm");
  outputFiles.push(...boot.outputFiles, ...worker.outputFiles, ...service.outputFiles);
  for (const { path, text } of outputFiles) {
    if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const made = new Set(outputFiles.map(({ path }) => path));
  for (const name of await readdir(dist)) {
    const chunk = /-[A-Z0-9]{8}\.js(\.map)?$/.test(name);
    if (chunk && !made.has(join(dist, name))) await rm(join(dist, name));
  }
}

async function buildTypes() {
  const types = join(dist, "types");
  await rm(types, { recursive: true, force: true });
  const emit = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  await must(bin("tsc"), ["-p", "tsconfig.json", ...emit, "--rootDir", "js", "--outDir", types]);
  // The declarations lie one folder deeper than the sources that name the glue.
  for (const name of await readdir(types, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const text = await readFile(join(types, name), "utf8");
    const mended = text.replaceAll('"../../dist/', '"../../');
    if (mended !== text) await writeFile(join(types, name), mended);
  }
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
  // The analyzer takes the argument of `new CustomEvent(type)` for an event.
  const manifest = JSON.parse(await readFile(file, "utf8"));
  for (const { declarations = [] } of manifest.modules) {
    for (const declaration of declarations) {
      declaration.events &&= declaration.events.filter(({ description }) => description);
    }
  }
  await writeFile(file, JSON.stringify(manifest, null, 2));
}

/** All modules but the store's, which takes long to compile. */
export const buildQuickModules = () => buildWasm(rooms.filter((room) => room !== "store"));

async function buildNotices() {
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, "THIRD-PARTY-NOTICES.txt"), await notices());
  await writeFile(join(dist, "sbom.cdx.json"), await sbom());
}

const parts = {
  wasm: ["Compiling the WebAssembly modules", () => buildWasm()],
  js: ["Bundling the scripts", buildBundles],
  types: ["Writing type declarations", buildTypes],
  manifest: ["Writing custom-elements.json", buildManifest],
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
