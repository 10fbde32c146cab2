// Formats everything in place: clang-format for C++, biome for the rest.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bin, root, run } from "./run.js";

/** @returns {Promise<string[]>} our C++ files, relative to the root */
export async function cppFiles() {
  const folders = ["include", "src", "wasm", "tests"];
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true }))
        .filter((name) => /\.(cpp|h)$/.test(name))
        .map((name) => join(folder, name)),
    ),
  );
  return lists.flat();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [command, args] of [
    ["clang-format", ["-i", ...(await cppFiles())]],
    ["biome", ["check", "--write"]],
  ]) {
    const { code } = await run(bin(command), args, { watch: (text) => process.stdout.write(text) });
    if (code !== 0) process.exitCode = code;
  }
}
