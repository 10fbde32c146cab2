/**
 * @typedef {string | number | undefined} Cell
 *
 * @typedef {object} Table
 * @property {string} caption
 * @property {string[]} columns the first names the rows
 * @property {Cell[][]} rows
 *
 * @typedef {object} Claim one row of the README's comparison
 * @property {string} the quantity, with its unit
 * @property {number} apus
 * @property {number} peer
 * @property {string} name of the peer
 */

/**
 * Collects the results of a benchmark: prints each table as soon as it is complete and keeps it for `demo/docs/figures/<room>.json`, the source of the documents' figures.
 */
export class Report {
  /** @type {Record<string, Table>} */
  tables = {};
  /** @type {Claim[]} */
  claims = [];

  /**
   * @param {string} name unique within the room; the documents refer to it
   * @param {Table} table
   */
  table(name, table) {
    this.tables[name] = {
      ...table,
      rows: table.rows.map((row) => row.map((cell) => cellText(cell))),
    };
    console.log(`\n${table.caption}`);
    console.log(aligned([table.columns, ...this.tables[name].rows]));
  }

  /** @param {Claim} claim */
  claim(claim) {
    this.claims.push(claim);
  }
}

/**
 * Three significant digits: more would be noise.
 * @param {Cell} cell
 */
export function cellText(cell) {
  if (typeof cell !== "number") return cell ?? "";
  if (!Number.isFinite(cell)) return "";
  if (cell >= 1000) return Math.round(cell).toLocaleString("en");
  return String(Number(cell.toPrecision(3)));
}

/** @param {Cell[][]} rows */
function aligned(rows) {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const text = String(cell ?? "");
          return column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]);
        })
        .join("  "),
    )
    .join("\n");
}
