// README.md and demo/docs/*.md with their code blocks, for the tests that run them.
import { readdirSync, readFileSync } from "node:fs";

export const root = new URL("../..", import.meta.url).pathname;

const pages = readdirSync(`${root}demo/docs`).filter((name) => name.endsWith(".md"));

/** Path from the root, and text. @type {{ path: string, text: string }[]} */
export const documents = ["README.md", ...pages.sort().map((name) => `demo/docs/${name}`)].map(
  (path) => ({ path, text: readFileSync(root + path, "utf8") }),
);

/**
 * @param {{ text: string }} document
 * @param {string} info the text after the three backticks, e.g. "js node"; blocks that are also `live` count
 * @returns {string[]} the blocks' texts
 */
export function blocks({ text }, info) {
  const pattern = new RegExp(`^\`\`\`${info}(?: live)?\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...text.matchAll(pattern)].map(([, code]) => code);
}
