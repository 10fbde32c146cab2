import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMSCRIPTEN, writeHome } from "../emscripten-choice.js";
import { Release, unpack } from "./archive.js";
import { adaptPrograms, architecture, llvmFolder } from "./elf.js";
import { comparePins, pinsOf } from "./emscripten-pins.js";

/** The packages that bring it. */
export const PACKAGES = ["emscripten", "patchelf"];

/** What Debian's Emscripten depends on and a copy of our own does without. */
export const UNUSED = new RegExp(
  `^(${[
    // Python and Node: the host has them.
    "(lib)?python3.*|nodejs|libnode\\d.*|node-(undici|corepack|llhttp)|lib(llhttp|uv1|ada-|simd).*",
    "libcares.*|libdb5.*|libsqlite3.*|libreadline.*|readline-common|libncurses.*|media-types|tzdata",
    // Compiling for the host.
    "gcc-.*|g\\+\\+-.*|cpp-.*|lib(gcc|stdc\\+\\+|objc)-\\d+-dev|lib(c6|crypt)-dev|libc-dev-bin",
    "(lib)?binutils.*|lib(ctf|gprofng|sframe).*|lib(a|hwa|l|t|ub)san\\d|linux-libc-dev|rpcsvc-proto",
    "lib(objc\\d|gomp|itm|quadmath|atomic|cc1).*|libgc1.*",
    // ccache, and what LLVM has besides a compiler.
    "ccache|lib(hiredis|fmt|xxhash|blake3).*|libclang1-.*|libpfm4|libicu.*",
    // Configuration of a system.
    "dpkg|tar|debconf|netbase|libc-gconv.*|openssl-provider-.*|libhdr-.*|libjansson.*",
  ].join("|")})$`,
);

/**
 * Unpacks a release's Emscripten into a folder and makes it run there, beside the system and not
 * in it.
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
    `download Emscripten ${version} and what it needs: ${packages.length} packages, ${megabytes} MB`,
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
  // Out of the way of the programs that it patches.
  renameSync(join(root, "usr/bin/patchelf"), join(root, "patchelf"));
  connectModules(root);
  writeConfig(root);
}

/**
 * Tells the programs of a copy where they will stand.
 *
 * @param {string} root where the copy is now
 * @param {string} home where it is to be used
 */
export async function settle(root, home) {
  const patchelf = join(root, "patchelf");
  await adaptPrograms({ root, home, patchelf, architecture: await architecture() });
  // It names the place too, and in another place Emscripten would empty its cache. Without the
  // file it keeps the cache.
  rmSync(join(root, "cache/sanity.txt"), { force: true });
  writeHome(root, home);
}

/** @param {string} root */
function connectModules(root) {
  // Debian's Node looks for modules in /usr/share/nodejs; another Node needs a path to it.
  symlinkSync("../nodejs", join(root, EMSCRIPTEN, "node_modules"));
  symlinkSync(".", join(root, "usr/share/nodejs/node_modules"));
  // Some of Emscripten's scripts are CommonJS by the name .js, and the nearest package.json
  // decides: without this one that is the project's, which says ES modules.
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
