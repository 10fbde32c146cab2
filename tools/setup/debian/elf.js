import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import { must } from "../../run.js";

const LOADERS = { amd64: "ld-linux-x86-64.so.2", arm64: "ld-linux-aarch64.so.1" };
const LIBRARIES = { amd64: "usr/lib/x86_64-linux-gnu", arm64: "usr/lib/aarch64-linux-gnu" };

/** @typedef {keyof LOADERS} Architecture */

/**
 * @returns {Promise<Architecture>} the machine's
 * @throws if we cannot adapt programs for it
 */
export async function architecture() {
  const name = (await must("dpkg", ["--print-architecture"])).trim();
  if (name in LOADERS) return /** @type {Architecture} */ (name);
  throw new Error(
    `Emscripten is available for ${Object.keys(LOADERS).join(" and ")}, not for ${name}`,
  );
}

/**
 * Makes the programs of a newer Debian release run on this machine: each loads the C library that
 * was unpacked with it instead of the system's.
 *
 * @param {object} what
 * @param {string} what.root the unpacked packages
 * @param {string} what.home their final folder; the path of a loader must be absolute
 * @param {string} what.patchelf
 * @param {Architecture} what.architecture
 */
export async function adaptPrograms({ root, home, patchelf, architecture }) {
  const libraries = join(root, LIBRARIES[architecture]);
  const loader = join(libraries, LOADERS[architecture]);
  // patchelf comes from the same release and needs that loader too.
  const patch = (/** @type {string[]} */ ...args) =>
    must(loader, ["--library-path", libraries, patchelf, ...args]);

  const homeLoader = join(home, LIBRARIES[architecture], LOADERS[architecture]);
  for (const folder of programFolders(root)) {
    const origin = `$ORIGIN/${relative(folder, libraries)}`;
    for (const file of elfFiles(folder)) {
      await patch("--set-interpreter", homeLoader, "--force-rpath", "--set-rpath", origin, file);
    }
  }
  // A library's RUNPATH would disable the programs'. Only LLVM's and Binaryen's have one.
  for (const file of elfFiles(libraries).filter((name) =>
    /\/lib(LLVM|clang|binaryen)/.test(name),
  )) {
    if ((await patch("--print-rpath", file)).trim() === "$ORIGIN") continue;
    await patch("--force-rpath", "--set-rpath", "$ORIGIN", file);
  }
}

/**
 * @param {string} root the unpacked packages
 * @returns {string} the folder of LLVM's programs, such as usr/lib/llvm-21/bin
 */
export function llvmFolder(root) {
  const name = readdirSync(join(root, "usr/lib")).find((name) => /^llvm-\d+$/.test(name));
  if (!name) throw new Error(`no LLVM among the packages in ${root}`);
  return join("usr/lib", name, "bin");
}

/** @param {string} root */
function programFolders(root) {
  return [join(root, "usr/bin"), join(root, llvmFolder(root))];
}

/**
 * @param {string} folder
 * @returns {string[]} its programs and libraries, not the links
 */
function elfFiles(folder) {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => lstatSync(file).isFile() && startsWithElf(file));
}

/** @param {string} file */
function startsWithElf(file) {
  const magic = Buffer.alloc(4);
  const handle = openSync(file, "r");
  readSync(handle, magic, 0, 4, 0);
  closeSync(handle);
  return magic.equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
}
