// Bundles a script for Node, as a framework's server build would, and imports it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../tools/run.js";

/**
 * @param {string} entry path of the script, relative to the root
 * @param {import("esbuild").BuildOptions} options
 * @returns {Promise<any>} its exports
 */
export async function onServer(entry, options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
    logLevel: "silent",
    ...options,
  });
  const file = join(root, "build/on-server", `${entry.replaceAll("/", "-")}-${process.pid}.mjs`);
  await mkdir(join(root, "build/on-server"), { recursive: true });
  await writeFile(file, outputFiles[0].contents);
  const exports = await import(pathToFileURL(file).href);
  await rm(file);
  return exports;
}
