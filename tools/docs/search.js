// What the documentation's search looks in: a record for each section of each document, and for each
// export, type and member of the API.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../run.js";
import { references, topics } from "./page.js";
import { anchor } from "./render.js";

/**
 * @typedef {[title: string, address: string, heading: string, text: string, words: string]} Section
 *   `text` is its beginning, to be shown; `words` are those of the rest that it does not have
 */

/** Characters of a section that a result may show. */
const SHOWN = 140;

/** @returns {Promise<Section[]>} */
export async function searchIndex() {
  const read = (/** @type {string} */ path) => readFile(join(root, path), "utf8").catch(() => "");
  const all = await Promise.all([
    ...topics.map(async ([name, title]) =>
      sections(title, `/docs/${name}`, await read(`demo/docs/${name}.md`)),
    ),
    ...references().map(async ([name, title]) =>
      sections(title, `/docs/${name}`, await read(`demo/data/${name}.md`), true),
    ),
  ]);
  return all.flat();
}

/**
 * @param {string} title @param {string} address of the page @param {string} markdown
 * @param {boolean} [brief] without the words of its text, which an API repeats
 * @returns {Section[]}
 */
export function sections(title, address, markdown, brief = false) {
  const parts = `\n${markdown.replace(/^```[\s\S]*?^```$/gm, "")}`.split(/\n(?=#{1,4} )/).slice(1);
  return parts.map((part) => {
    const [, marks, heading, body] = /^(#+) (.*)\n?([\s\S]*)$/.exec(part) ?? [];
    const whole = plain(body);
    const text = whole.length > SHOWN ? `${whole.slice(0, SHOWN).replace(/\s+\S*$/, "")} …` : whole;
    const shown = new Set(text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu));
    const words = new Set(whole.toLowerCase().match(/[\p{L}\p{N}_-]{3,}/gu));
    const others = brief ? [] : [...words].filter((word) => !shown.has(word));
    const name = plain(heading);
    const at = marks === "#" ? address : `${address}#${anchor(heading)}`;
    return [title, at, marks === "#" ? "" : name, text, others.join(" ")];
  });
}

/** @param {string} markdown */
const plain = (markdown) =>
  markdown
    .replace(/<!--[\s\S]*?-->|<[^>]+>/g, " ")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\|?(?:\s*:?-{2,}:?\s*\|)+|[`*|]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
