// Charts of the recorded figures, as inline SVG: a document's comment
//
//   <!-- chart claims -->                       every comparison: how many times Apus is better or worse
//   <!-- chart cache/speed: get hit -->         a table's column, a bar for each row
//   <!-- chart list/rows: script ms a frame --> a table's row, a bar for each column
//
// becomes a figure. The table of the same figures stands next to it, for those who do not see it.
import { escaped } from "../../demo/docs/run/highlight.js";
import { cellText } from "../bench/report.js";

/** @typedef {import("./figures.js").Figures} Figures */
/** @typedef {{ label: string, value: number, text: string, own: boolean }} Bar */

/** The claims' scale ends at this many times. */
const MOST = 1000;

/**
 * @param {string} html a page @param {Record<string, Figures>} all by room
 * @throws {Error} for a chart without figures
 */
export const drawCharts = (html, all) =>
  html.replace(/<!-- chart ([\w-]+)(?:\/([\w-]+): (.+?))? -->/g, (_, room, name, key) =>
    room === "claims" ? claimsChart(Object.values(all)) : barChart(barsOf(all, room, name, key)),
  );

/** @param {Record<string, Figures>} all @param {string} room @param {string} name @param {string} key */
function barsOf(all, room, name, key) {
  const table = all[room]?.tables[name];
  if (!table) throw new Error(`chart ${room}/${name}: no such table`);
  const { columns, rows, caption } = table;
  const column = columns.indexOf(key);
  const row = rows.find(([label]) => label === key);
  if (column < 0 && !row) throw new Error(`chart ${room}/${name}: no row or column "${key}"`);
  const cells = row
    ? columns.map((label, at) => [label, row[at]])
    : rows.map((it) => [it[0], it[column]]);
  /** @type {Bar[]} */
  const bars = cells
    .slice(row ? 1 : 0)
    .map(([label, cell]) => ({ label: String(label), text: String(cell ?? ""), cell }))
    .map(({ label, text }) => ({
      label,
      text,
      value: Number.parseFloat(text.replaceAll(",", "")),
      own: /^apus/i.test(label) || room === "sizes",
    }))
    .filter(({ value }) => Number.isFinite(value));
  return { title: `${key}: ${caption}`, bars };
}

/** @param {{ title: string, bars: Bar[] }} chart */
function barChart({ title, bars }) {
  const most = Math.max(...bars.map(({ value }) => value)) || 1;
  const rows = bars.map(({ label, text, value, own }) =>
    line(
      label,
      text,
      `<rect width="${percent(value / most)}" height="100%" class="${own ? "own" : "peer"}" />`,
    ),
  );
  return figure(title, bars.map(({ label, text }) => `${label} ${text}`).join(", "), rows);
}

/** Bars to the right of the middle are gains, to the left losses. @param {Figures[]} all */
function claimsChart(all) {
  const claims = all.flatMap(({ claims }) => claims);
  const texts = claims.map(({ apus, peer }) => times(peer / apus));
  const rows = claims.map(({ what, apus, peer, name }, at) => {
    const ratio = apus === peer ? 1 : Math.min(MOST, Math.max(1 / MOST, peer / apus));
    const part = Math.log10(ratio) / Math.log10(MOST) / 2;
    const [from, width] = part < 0 ? [0.5 + part, -part] : [0.5, part];
    const bar = `<rect x="${percent(from)}" width="${percent(width)}" height="100%" class="${part < 0 ? "loss" : "own"}" />`;
    const middle = '<rect x="50%" width="1" height="100%" class="axis" />';
    return line(`${what}: ${cellText(apus)}, ${name} ${cellText(peer)}`, texts[at], bar + middle);
  });
  const told = claims.map(({ what, name }, at) => `${what}: ${texts[at]} than ${name}`).join("; ");
  return figure(
    "How many times better Apus is than the best alternative, on a logarithmic scale",
    told,
    rows,
  );
}

/** @param {number} ratio of the peer's cost to that of Apus */
function times(ratio) {
  if (Number.isNaN(ratio) || ratio === 1) return "the same";
  if (ratio === Infinity) return "all better";
  const many = ratio > 1 ? ratio : 1 / ratio;
  return `${many < 10 ? many.toFixed(1) : Math.round(many).toLocaleString("en")}× ${ratio > 1 ? "better" : "worse"}`;
}

const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(2)}%`;

/** @param {string} label @param {string} text @param {string} shapes */
const line = (label, text, shapes) =>
  `<div><span>${escaped(label)}</span><svg width="100%" height="14" aria-hidden="true">${shapes}</svg><b>${escaped(text)}</b></div>`;

/** @param {string} title @param {string} told @param {string[]} rows */
const figure = (title, told, rows) =>
  `<figure class="chart"><figcaption>${escaped(title)}</figcaption><div role="img" aria-label="${escaped(told)}">${rows.join("\n")}</div></figure>`;
