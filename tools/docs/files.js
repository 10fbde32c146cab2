// What the documentation has besides its pages: the search's index, and the texts for language models
// (llms.txt: an overview with links, llms-full.txt: all documents).
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../run.js";
import { references, topics } from "./page.js";
import { searchIndex } from "./search.js";

/** By pathname. @type {Record<string, () => Promise<[type: string, body: string]>>} */
const files = {
  "/docs/search.json": async () => ["application/json", JSON.stringify(await searchIndex())],
  "/llms.txt": async () => ["text/plain; charset=utf-8", await overview()],
  "/llms-full.txt": async () => ["text/plain; charset=utf-8", await everything()],
};

/** Those that a static copy of the site contains. */
export const fileNames = Object.keys(files);

/** @param {string} pathname @returns {Promise<[type: string, body: string] | undefined>} */
export const docsFile = async (pathname) => files[pathname]?.();

const document = (/** @type {string} */ name) =>
  readFile(join(root, "demo/docs", `${name}.md`), "utf8");

/** The first paragraph of a document, or what its first section says. @param {string} text */
const summary = (text) =>
  /^(?!#|```|<!--|\||- )\S.*$/m.exec(text)?.[0].replace(/\[([^\]]*)\]\([^)]*\)/g, "$1") ?? "";

async function overview() {
  const { description } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const lines = topics.map(
    async ([name, title]) => `- [${title}](/docs/${name}.md): ${summary(await document(name))}`,
  );
  const api = references().map(([name, title]) => `- [${title}](/docs/${name})`);
  return `# Apus\n\n> ${description}\n\nAll documents in one file: [llms-full.txt](/llms-full.txt).\n\n## Documents\n\n${(await Promise.all(lines)).join("\n")}\n\n## API\n\n${api.join("\n")}\n`;
}

async function everything() {
  const texts = await Promise.all(topics.map(([name]) => document(name)));
  return texts.map((text) => text.trim()).join("\n\n---\n\n");
}
