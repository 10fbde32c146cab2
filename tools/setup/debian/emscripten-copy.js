import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMSCRIPTEN, writeHome } from "../emscripten-choice.js";
import { Release, unpack } from "./archive.js";
import { adaptPrograms, architecture, llvmFolder } from "./elf.js";
import { comparePins, pinsOf } from "./emscripten-pins.js";

/** The packages to unpack, with their dependencies. */
export const PACKAGES = ["emscripten", "patchelf"];

/** Dependencies of Debian's Emscripten that our copy does not need. */
export const UNUSED = new RegExp(
  `^(${[
    // Python and Node: the machine has them.
    "(lib)?python3.*|nodejs|libnode\\d.*|node-(undici|corepack|llhttp)|lib(llhttp|uv1|ada-|simd).*",
    "libcares.*|libdb5.*|libsqlite3.*|libreadline.*|readline-common|libncurses.*|media-types|tzdata",
    // Compiling for the machine itself.
    "gcc-.*|g\\+\\+-.*|cpp-.*|lib(gcc|stdc\\+\\+|objc)-\\d+-dev|lib(c6|crypt)-dev|libc-dev-bin",
    "(lib)?binutils.*|lib(ctf|gprofng|sframe).*|lib(a|hwa|l|t|ub)san\\d|linux-libc-dev|rpcsvc-proto",
    "lib(objc\\d|gomp|itm|quadmath|atomic|cc1).*|libgc1.*",
    // ccache, and the parts of LLVM that are not the compiler.
    "ccache|lib(hiredis|fmt|xxhash|blake3).*|libclang1-.*|libpfm4|libicu.*",
    // System configuration.
    "dpkg|tar|debconf|netbase|libc-gconv.*|openssl-provider-.*|libhdr-.*|libjansson.*",
  ].join("|")})$`,
);

/**
 * Unpacks a release's Emscripten into a folder, where it runs without being installed.
 *
 * @param {import("./archive.js").Archive} archive
 * @param {string} suite
 * @param {string} root an empty folder
 * @param {import("../steps.js").Step} step
 */
export async function unpackEmscripten(archive, suite, root, step) {
  await architecture();
  const apt = join(root, "apt");
  mkdirSync(apt);
  const release = new Release(archive, suite, apt);
  await step(`read the package list of Debian ${suite}`, () => release.update());
  const packages = await release.resolve(PACKAGES, UNUSED);
  const megabytes = Math.round(packages.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  const version = packages.find(({ name }) => name === "emscripten")?.version;
  const files = await step(
    `download Emscripten ${version} with its dependencies: ${packages.length} packages, ${megabytes} MB`,
    () => release.download(packages),
  );
  const change = comparePins(files, pinsOf(suite));
  if (change) step.note(change);
  await step(`unpack ${files.length} packages`, async () => {
    await unpack(files, root);
    rmSync(apt, { recursive: true });
    for (const name of ["doc", "man", "locale", "lintian"]) {
      rmSync(join(root, "usr/share", name), { recursive: true, force: true });
    }
  });
  // Not among the programs that it patches.
  renameSync(join(root, "usr/bin/patchelf"), join(root, "patchelf"));
  connectModules(root);
  writeConfig(root);
}

/**
 * Adapts the programs of a copy to their final folder.
 *
 * @param {string} root the folder of the copy now
 * @param {string} home its final folder
 */
export async function settle(root, home) {
  const patchelf = join(root, "patchelf");
  await adaptPrograms({ root, home, patchelf, architecture: await architecture() });
  // The file names the folder, and Emscripten empties its cache if the folder has changed. Without
  // the file it keeps the cache.
  rmSync(join(root, "cache/sanity.txt"), { force: true });
  writeHome(root, home);
}

/** @param {string} root */
function connectModules(root) {
  // Debian's Node looks for modules in /usr/share/nodejs; other Nodes need a link to them.
  symlinkSync("../nodejs", join(root, EMSCRIPTEN, "node_modules"));
  symlinkSync(".", join(root, "usr/share/nodejs/node_modules"));
  // Some of Emscripten's .js scripts are CommonJS. Without this file, the project's package.json
  // would declare them ES modules.
  writeFileSync(join(root, "package.json"), '{ "private": true, "type": "commonjs" }\n');
}

/** @param {string} root */
function writeConfig(root) {
  const up = EMSCRIPTEN.replace(/[^/]+/g, "..");
  writeFileSync(
    join(root, EMSCRIPTEN, ".emscripten"),
    `import os
here = os.path.dirname(globals().get('__file__') or os.environ['EM_CONFIG'])
root = os.path.realpath(os.path.join(here, '${up}'))
LLVM_ROOT = os.path.join(root, '${llvmFolder(root)}')
BINARYEN_ROOT = os.path.join(root, 'usr')
NODE_JS = 'node'
CACHE = os.path.join(root, 'cache')
CLOSURE_COMPILER = 'google-closure-compiler'
`,
  );
}
