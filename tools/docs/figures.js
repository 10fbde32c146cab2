// The figures in README.md and demo/docs/*.md. They are never typed: a block
//
//   <!-- figures cache/speed -->  …  <!-- /figures -->
//
// is filled from demo/docs/figures/<room>.json, which `npm run bench -- <room> --record` writes
// (sizes.json: `node tools/size.js --record`). `claims` collects every room's comparison.
//
//   node tools/docs/figures.js    fills the blocks
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cellText } from "../bench/report.js";
import { root } from "../run.js";

/** @typedef {{ room: string, date: string, machine: string, command: string,
 *   tables: Record<string, import("../bench/report.js").Table>,
 *   claims: import("../bench/report.js").Claim[], metrics: Record<string, number> }} Figures */

const folder = join(root, "demo/docs/figures");
const block = /(<!-- figures ([\w/-]+) -->\n)[\s\S]*?(<!-- \/figures -->)/g;

/** @returns {Promise<string[]>} every document that may quote figures */
export async function documents() {
  const names = await readdir(join(root, "demo/docs"));
  const pages = names.filter((name) => name.endsWith(".md")).sort();
  return [join(root, "README.md"), ...pages.map((name) => join(root, "demo/docs", name))];
}

/** @returns {Promise<Record<string, Figures>>} by room */
export async function readFigures() {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const all = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))),
  );
  return Object.fromEntries(all.map((figures) => [figures.room, figures]));
}

/**
 * @param {string} text a document
 * @param {Record<string, Figures>} all
 * @returns {string} with its blocks filled; blocks without figures stay unchanged
 */
export function fill(text, all) {
  return text.replace(block, (old, open, name, close) => {
    const figures = render(name, all);
    return figures ? `${open}\n${figures}\n\n${close}` : old;
  });
}

/** @param {string} name @param {Record<string, Figures>} all */
function render(name, all) {
  if (name === "claims") return claims(Object.values(all));
  const [room, what] = name.split("/");
  const figures = all[room];
  const table = figures?.tables[what];
  if (!table) return undefined;
  const { machine, command, date } = figures;
  return `${markdown(table.columns, table.rows)}\n\n*${table.caption}. ${machine}; \`${command}\`, ${date}.*`;
}

/** @param {Figures[]} all */
function claims(all) {
  if (all.every(({ claims }) => claims.length === 0)) return undefined;
  const rows = all.flatMap(({ claims }) =>
    claims.map(({ what, apus, peer, name }) => {
      const cells = [cellText(apus), cellText(peer)];
      const best = apus === peer ? -1 : apus < peer ? 0 : 1;
      if (best >= 0) cells[best] = `**${cells[best]}**`;
      return [what, cells[0], `${cells[1]} (${name})`];
    }),
  );
  return markdown(["less is better", "Apus", "best alternative"], rows);
}

/** @param {string[]} columns @param {import("../bench/report.js").Cell[][]} rows */
function markdown(columns, rows) {
  const line = (/** @type {import("../bench/report.js").Cell[]} */ cells) =>
    `| ${cells.join(" | ")} |`;
  const rule = `|---|${columns
    .slice(1)
    .map(() => "--:|")
    .join("")}`;
  return [line(columns), rule, ...rows.map(line)].join("\n");
}

/** Fills the blocks of all documents. @returns {Promise<string[]>} the documents that changed */
export async function writeFigures() {
  const all = await readFigures();
  const changed = [];
  for (const path of await documents()) {
    const text = await readFile(path, "utf8");
    const filled = fill(text, all);
    if (filled === text) continue;
    await writeFile(path, filled);
    changed.push(path);
  }
  return changed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const path of await writeFigures()) console.log(`wrote ${path}`);
}
