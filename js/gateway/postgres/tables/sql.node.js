// The SQL of a table. Names come from the table's options and are quoted, values are parameters.

import { arrayText } from "./text.node.js";

/** @typedef {import("./options.node.js").Term} Term */
/** @typedef {import("./spec.node.js").Selection} Selection */
/** @typedef {import("./spec.node.js").Spec} Spec */

/** @param {string} text */
export const quote = (text) => `"${text.replaceAll('"', '""')}"`;

/** `schema.table` or `table`. @param {string} text */
export const quoteTable = (text) => text.split(".").map(quote).join(".");

/** Collects the values of a statement. */
export class Parameters {
  /** @type {unknown[]} */ values = [];

  /** @param {unknown} value @returns {string} its place: `$1` */
  add(value) {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** @param {Term} term @returns {Term} */
const reversed = ({ column, desc, nullsFirst }) => ({
  ...{ column, desc: !desc, nullsFirst: !nullsFirst },
});

/** @param {Term[]} terms */
export const backward = (terms) => terms.map(reversed);

/** @param {Term} term */
const termSql = ({ column, desc, nullsFirst }) =>
  `${quote(column)}${desc ? " DESC" : ""}${nullsFirst === desc ? "" : ` NULLS ${nullsFirst ? "FIRST" : "LAST"}`}`;

/** @param {Term[]} terms */
export const orderSql = (terms) => terms.map(termSql).join(", ");

/** The text that a search looks into; an index has the same expression. @param {Spec} spec */
export const searchSql = ({ search, language }) =>
  `to_tsvector('${language}', ${search.map((name) => `coalesce(${quote(name)}::text, '')`).join(" || ' ' || ")})`;

/** @param {Spec} spec @param {Selection} selection @param {Parameters} parameters @returns {string[]} */
export function conditions(spec, { where, search, tenant }, parameters) {
  const owned = Object.entries(tenant).map(([column, value]) => ({ column, op: "=", value }));
  const parts = [...owned, ...where].map(({ column, op, value }) =>
    value === null
      ? `${quote(column)} IS NULL`
      : `${quote(column)} ${op} ${parameters.add(Array.isArray(value) ? arrayText(value) : value)}`,
  );
  if (search) {
    const query = `websearch_to_tsquery('${spec.language}', ${parameters.add(search)})`;
    parts.push(`${searchSql(spec)} @@ ${query}`);
  }
  return parts;
}

/** @param {string[]} parts */
export const whereSql = (parts) => (parts.length ? ` WHERE ${parts.join(" AND ")}` : "");

/**
 * What comes after a place in an order, as ranges that an index has in one piece each: with equal
 * first columns and the next one larger, and so on. One condition with OR would make PostgreSQL read,
 * and throw away, all rows with an equal first column.
 * @param {Term[]} terms @param {unknown[]} values of the place @param {Parameters} parameters
 * @returns {string[][]} conditions of each range
 */
export function rangesAfter(terms, values, parameters) {
  const places = values.map((value) => (value === null ? "" : parameters.add(value)));
  const equal = terms.map(({ column }, i) =>
    places[i] ? `${quote(column)} = ${places[i]}` : `${quote(column)} IS NULL`,
  );
  const ranges = [];
  for (let i = terms.length - 1; i >= 0; i--) {
    const { column, desc, nullsFirst } = terms[i];
    const prefix = equal.slice(0, i);
    if (places[i]) {
      ranges.push([...prefix, `${quote(column)} ${desc ? "<" : ">"} ${places[i]}`]);
      if (!nullsFirst) ranges.push([...prefix, `${quote(column)} IS NULL`]);
    } else if (nullsFirst) ranges.push([...prefix, `${quote(column)} IS NOT NULL`]);
  }
  return ranges;
}

/** Names of the values of a row's place, as text: they go into cursors without loss. @param {number} i */
export const placeName = (i) => `apus ${i}`;

/**
 * @param {Spec} spec @param {string} table quoted
 * @param {Selection & { columns: string[] }} query
 * @param {Term[]} terms the order in which rows are read
 * @param {{ limit: number, after?: unknown[], offset?: number }} from
 */
export function pageSql(spec, table, query, terms, { limit, after, offset = 0 }) {
  const parameters = new Parameters();
  const base = conditions(spec, query, parameters);
  const selected = [
    ...query.columns.map(quote),
    ...terms.map(({ column }, i) => `${quote(column)}::text AS ${quote(placeName(i))}`),
  ].join(", ");
  const order = orderSql(terms);
  const most = parameters.add(limit);
  if (!after) {
    const skip = offset ? ` OFFSET ${parameters.add(offset)}` : "";
    const sql = `SELECT ${selected} FROM ${table}${whereSql(base)} ORDER BY ${order} LIMIT ${most}${skip}`;
    return { sql, values: parameters.values };
  }
  const parts = rangesAfter(terms, after, parameters).map(
    (range) =>
      `(SELECT * FROM ${table}${whereSql([...base, ...range])} ORDER BY ${order} LIMIT ${most})`,
  );
  const rows = parts.join(" UNION ALL ");
  const sql = `SELECT ${selected} FROM (${rows}) AS rows ORDER BY ${order} LIMIT ${most}`;
  return { sql, values: parameters.values };
}

/**
 * About the row at an ordinal, from a sample of the table's blocks. The sample is always the same, so
 * that a jump leads to the same place.
 * @param {Spec} spec @param {string} table @param {Selection} query @param {Term[]} terms
 * @param {{ at: number, percent: number }} sample
 */
export function sampleSql(spec, table, query, terms, { at, percent }) {
  const parameters = new Parameters();
  const sampled = `${table} TABLESAMPLE SYSTEM (${parameters.add(percent)}) REPEATABLE (1)`;
  const where = whereSql(conditions(spec, query, parameters));
  const place = terms.map(({ column }, i) => `${quote(column)}::text AS ${quote(placeName(i))}`);
  const skip = parameters.add(Math.round((at * percent) / 100));
  const sql = `SELECT ${place.join(", ")} FROM ${sampled}${where} ORDER BY ${orderSql(terms)} LIMIT 1 OFFSET ${skip}`;
  return { sql, values: parameters.values };
}
