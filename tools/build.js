// Makes dist/: the two WebAssembly modules with their glue, the bundles for a
// plain <script type="module">, the type declarations, custom-elements.json.
//
//   node tools/build.js            everything
//   node tools/build.js wasm js    only these parts (wasm, js, types, manifest, notices, cities)
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
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

/** @param {string[]} [names] of modules */
async function buildWasm(names = ["apus", "apus-store"]) {
  await buildPreset("wasm", names);
  for (const name of names) {
    // emcc knows nothing of the line that wasm/<name>.url.js adds to the glue
    const declaration = join(dist, `${name}.d.ts`);
    const line = "export const wasmUrl: URL;\n";
    if (!(await readFile(declaration, "utf8")).includes(line)) await appendFile(declaration, line);
  }
}

/**
 * Bundles for pages without a bundler. Chunks lie at the top of dist/, beside
 * the .wasm files, so that `new URL("./apus.wasm", import.meta.url)` holds.
 * Writes what changed alone, so that a server or a test may read meanwhile.
 */
async function buildBundles() {
  const { build } = await import("esbuild");
  const rooms = await readdir(join(root, "js/define"));
  const { outputFiles } = await build({
    entryPoints: [
      { in: join(root, "js/index.js"), out: "index" },
      { in: join(root, "js/define.js"), out: "define" },
      ...rooms.map((file) => ({
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
  await must(bin("cem"), ["analyze", "--globs", "js/elements/*.js", "--outdir", "dist", "--quiet"]);
  // The analyzer takes the argument of `new CustomEvent(type)` for an event.
  const manifest = JSON.parse(await readFile(file, "utf8"));
  for (const { declarations = [] } of manifest.modules) {
    for (const declaration of declarations) {
      declaration.events &&= declaration.events.filter(({ description }) => description);
    }
  }
  await writeFile(file, JSON.stringify(manifest, null, 2));
}

/** The core's module alone, which is compiled in a minute. */
export const buildCore = () => buildWasm(["apus"]);

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
