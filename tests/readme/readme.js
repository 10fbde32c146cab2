// The README's code blocks, for the tests that run them.
import { readFileSync } from "node:fs";

export const root = new URL("../..", import.meta.url).pathname;
export const readme = readFileSync(`${root}README.md`, "utf8");

/**
 * @param {string} info what stands behind the three backticks, e.g. "js node"
 * @returns {string[]} the blocks' texts
 */
export function blocks(info) {
  const pattern = new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...readme.matchAll(pattern)].map(([, text]) => text);
}
