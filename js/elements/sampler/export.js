/** Downloads a report as a file. */
import { seriesLabel } from "./table.js";

const columns = /** @type {const} */ ([
  "count",
  "min",
  "mean",
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
  "max",
]);

/** @param {"json" | "csv"} format @param {import("../../sampler/report.js").Report} report */
export function exportAs(format, report) {
  const text = format === "json" ? JSON.stringify(report, null, 2) : toCsv(report);
  const type = format === "json" ? "application/json" : "text/csv";
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `apus-sampler.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** @param {import("../../sampler/report.js").Report} report */
export function toCsv({ vitals, series }) {
  const rows = [
    ["series", ...columns],
    ...vitals.map(({ name, value, startTime, navigationType, page }) => [
      startTime === 0 ? name : `${name} ${navigationType} ${page}`,
      ...columns.map((column) => (column === "count" ? 1 : value)),
    ]),
    ...series.map((row) => [seriesLabel(row), ...columns.map((column) => row[column])]),
  ];
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

/** @param {string | number} value */
function cell(value) {
  const text = String(value);
  // A spreadsheet would evaluate text with a leading sign as a formula.
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
