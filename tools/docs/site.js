// The site as files, for any host of static files: build/site. Its documents are as on the development
// server; pages that need that server's parts (Levels, Live) say so.
//
//   node tools/docs/site.js
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../run.js";
import { docsFile, fileNames } from "./files.js";
import { docsPage, references, topics } from "./page.js";

/**
 * Writes the documents, and what they need of the rest.
 * @param {string} folder is replaced
 * @returns {Promise<number>} pages
 */
export async function buildSite(folder) {
  await rm(folder, { recursive: true, force: true });
  await cp(join(root, "demo"), folder, { recursive: true });
  await rm(join(folder, "tsconfig.json"), { force: true });
  await cp(join(root, "dist"), join(folder, "apus"), { recursive: true });
  const write = async (/** @type {string} */ path, /** @type {string} */ text) => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const names = ["", ...[...topics, ...references()].map(([name]) => name)];
  for (const name of names) {
    await write(`docs/${name}/index.html`, String(await docsPage(`/docs/${name}`)));
  }
  for (const path of fileNames) {
    const [, body] = (await docsFile(path)) ?? ["", ""];
    await write(path, body);
  }
  return names.length;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = join(root, "build/site");
  console.log(`${await buildSite(folder)} pages in ${folder}`);
}
