// The gzipped sizes of modules, facades and elements, and their budgets. Facades and elements are
// bundled without their imports from other rooms.
//
//   node tools/size.js [--files] [--record]
//
// --files shows each file that a page downloads for the plain use of a room, and what is in it;
// --record writes demo/docs/figures/sizes.json. Both open Chromium.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "./run.js";

const KB = 1024;

/** @param {string} path relative to the root */
async function gzipped(path) {
  return gzipSync(await readFile(join(root, path)), { level: 9 }).length;
}

/**
 * Bytes that an entry point adds to `rest`, the modules that are counted elsewhere.
 * @param {string} entry @param {RegExp} rest paths of imports that are not bundled
 */
async function bundled(entry, rest) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    legalComments: "none",
    plugins: [
      {
        name: "rest",
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) => {
            if (kind === "entry-point") return undefined;
            return kind === "dynamic-import" || rest.test(path)
              ? { path, external: true }
              : undefined;
          }),
      },
    ],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

/** KB of each module. */
const modules = {
  bytes: 12,
  cache: 8,
  image: 3,
  lazy: 3.5,
  list: 11.5,
  sampler: 4.25,
  solvers: 21,
  store: 60,
  sync: 6,
};

/** Dynamic imports and packages do not count as the room's own bytes. */
const outsideFacade = /core\/|#|^[a-z@]|\/(segment-store|js-heap)\.js$/;
const outsideElement = /core\/|#|^[a-z@]|\.\.\/(cache|list|lazy|sampler)\/|base\.js$/;

/** @returns {Promise<{ name: string, bytes: number, budget: number }[]>} */
export async function sizes() {
  const rows = [
    ...(await Promise.all(
      Object.entries(modules).map(async ([room, budget]) => ({
        name: `apus-${room}.wasm`,
        bytes: await gzipped(`dist/apus-${room}.wasm`),
        budget: budget * KB,
      })),
    )),
    {
      name: "element apus-image, with its facade",
      bytes: await bundled("js/elements/image/apus-image.js", /core\/|^[a-z@]|\/lazy\/|base\.js$/),
      budget: 4 * KB,
    },
    {
      name: "quantum: apus-quantum.wasm with its glue",
      bytes: (await gzipped("dist/apus-quantum.wasm")) + (await gzipped("dist/quantum-glue.js")),
      budget: 60 * KB,
    },
    {
      name: "element apus-quantum",
      bytes: await bundled(
        "js/elements/quantum/apus-quantum.js",
        /core\/|#|^[a-z@]|\/quantum\/(?!apus)|base\.js$/,
      ),
      budget: 5.1 * KB,
    },
    { name: "boot.js", bytes: await gzipped("dist/boot.js"), budget: KB },
    {
      name: "store: scripts, with idb",
      bytes: await bundled("js/store/segment-store.js", /core\//),
      budget: 15.25 * KB,
    },
    {
      name: "facade store",
      bytes: await bundled("js/store/index.js", outsideFacade),
      budget: 4 * KB,
    },
    { name: "sync", bytes: await bundled("js/sync/index.js", outsideFacade), budget: 6 * KB },
    {
      name: "live: connection, channels, tabs",
      bytes: await bundled("js/sync/live/connect.js", outsideFacade),
      budget: 8.8 * KB,
    },
    { name: "pack-worker.js", bytes: await gzipped("dist/pack-worker.js"), budget: 3 * KB },
    { name: "worker.js, all in one", bytes: await gzipped("dist/worker.js"), budget: 61.75 * KB },
  ];
  for (const room of ["cache", "list", "lazy", "sampler"]) {
    rows.push(
      {
        name: `facade ${room}`,
        bytes: await bundled(`js/${room}/index.js`, outsideFacade),
        budget: (room === "cache" ? 4.3 : 4) * KB,
      },
      {
        name: `element apus-${room}`,
        bytes: await bundled(`js/elements/${room}/apus-${room}.js`, outsideElement),
        budget: 4 * KB,
      },
    );
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { Report } = await import("./bench/report.js");
  const report = new Report();
  report.table("gzip", {
    caption: "Sizes as they are sent, gzip",
    columns: ["", "KB", "budget, KB"],
    rows: (await sizes()).map(({ name, bytes, budget }) => [
      name,
      (bytes / KB).toFixed(2),
      budget / KB,
    ]),
  });
  const [files, record] = ["--files", "--record"].map((flag) => process.argv.includes(flag));
  if (files || record) await (await import("./downloads.js")).reportDownloads(report, files);
  if (record) {
    const figures = {
      room: "sizes",
      date: new Date().toISOString().slice(0, 10),
      machine: `Node ${process.version.slice(1)}`,
      command: "node tools/size.js",
      tables: report.tables,
      claims: [],
      metrics: {},
    };
    const name = join(root, "demo/docs/figures/sizes.json");
    await writeFile(name, `${JSON.stringify(figures, null, 2)}\n`);
    const { writeFigures } = await import("./docs/figures.js");
    await writeFigures();
  }
}
