// The gzipped size of what is sent to a visitor, against its budget. Facades
// and elements are bundled alone, without what they import from other rooms.
import { readFile } from "node:fs/promises";
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
 * Bytes that an entry point adds on top of `rest`, the modules counted elsewhere.
 * @param {string} entry @param {RegExp} rest imports with these paths stay outside
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

/** KB of each room's module. */
const modules = { cache: 12, lazy: 4, list: 11, sampler: 4, store: 60 };

/** What a dynamic import or a package brings is not part of the room's own bytes. */
const outsideFacade = /core\/|#|^[a-z@]|\/store\/store\.js$/;
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
    { name: "boot.js", bytes: await gzipped("dist/boot.js"), budget: KB },
    {
      name: "store: scripts, with idb",
      bytes: await bundled("js/store/index.js", /core\//),
      budget: 15 * KB,
    },
    { name: "pack-worker.js", bytes: await gzipped("dist/pack-worker.js"), budget: 3 * KB },
    { name: "worker.js, all in one", bytes: await gzipped("dist/worker.js"), budget: 50 * KB },
  ];
  for (const room of ["cache", "list", "lazy", "sampler"]) {
    rows.push(
      {
        name: `facade ${room}`,
        bytes: await bundled(`js/${room}/index.js`, outsideFacade),
        budget: 4 * KB,
      },
      {
        name: `element apus-${room}`,
        bytes: await bundled(`js/elements/apus-${room}.js`, outsideElement),
        budget: 4 * KB,
      },
    );
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, bytes, budget } of await sizes()) {
    const share = Math.round((100 * bytes) / budget);
    console.log(
      `${name.padEnd(24)} ${(bytes / KB).toFixed(2).padStart(7)} KB  ${share}% of ${budget / KB} KB`,
    );
  }
}
