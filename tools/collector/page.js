/** The dashboard of all visits, as a page without scripts. */

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** @param {number} value */
const number = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** @param {(string | number)[][]} rows @param {string[]} heads */
function table(rows, heads) {
  const cells = (/** @type {(string | number)[]} */ row) =>
    row
      .map((cell, at) =>
        at === 0
          ? `<th scope="row">${escaped(String(cell))}</th>`
          : `<td>${typeof cell === "number" ? number(cell) : escaped(cell)}</td>`,
      )
      .join("");
  return `<div><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
    <tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}</tbody></table></div>`;
}

/** @param {ReturnType<import("./database.js").Collection["summary"]>} summary */
export function render({ visits, duplicates, vitals, series }) {
  const label = (/** @type {any} */ { name, tags }) =>
    [name, ...Object.entries(tags).map(([tag, value]) => `${tag}=${value}`)].join(" ");
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Apus collector</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<h1>All visits</h1>
<p>${visits} visits; ${duplicates} batches came twice and were counted once.</p>
<h2>Web Vitals</h2>
${table(
  vitals.map(({ name, route, registration, views, p75, good }) => [
    [name, route, registration ? `registration ${registration}` : ""].filter(Boolean).join(" "),
    views,
    p75,
    `${Math.round(100 * good)}%`,
  ]),
  ["vital", "page views", "p75", "good"],
)}
<h2>Series</h2>
${table(
  series.map((row) => [
    label(row),
    row.visits,
    row.count,
    row.p50,
    row.p75,
    row.p95,
    row.p99,
    row.max,
  ]),
  ["series", "visits", "count", "p50", "p75", "p95", "p99", "max"],
)}
</html>`;
}

export const style = `:root { color-scheme: light dark; font: 0.9375rem/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 1.5rem auto; padding-inline: 1rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.75rem; text-align: end; white-space: nowrap; border-block-end: 1px solid light-dark(#ddd, #444); }
th:first-child { text-align: start; }
`;
