// Values as PostgreSQL reads them in text: parameters, elements of arrays, lines of COPY.
// Source: PostgreSQL manual, "Array Input and Output Syntax" and "COPY", text format.

/**
 * @param {unknown} value of JSON, or a Date, bytes or a bigint
 * @param {boolean} list whether the column is an array: otherwise a list is JSON
 * @returns {string | null}
 */
export function textOf(value, list) {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value) && list) return arrayText(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return JSON.stringify(value);
}

/** @param {unknown[]} items, lists of items for more dimensions @returns {string} `{"a",NULL}` */
export function arrayText(items) {
  let text = "";
  for (const item of items) {
    const element = Array.isArray(item) ? arrayText(item) : quoted(textOf(item, true));
    text += text ? `,${element}` : element;
  }
  return `{${text}}`;
}

/** @param {string | null} text */
const quoted = (text) =>
  text === null ? "NULL" : `"${/["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;

/** @type {Record<string, string>} */
const escapes = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A cell of COPY. @param {string | null} text */
export const cellText = (text) =>
  text === null
    ? "\\N"
    : /[\\\n\r\t]/.test(text)
      ? text.replace(/[\\\n\r\t]/g, (it) => escapes[it])
      : text;

/**
 * Types of a table's columns: their names as SQL has them, without lengths, which an assignment checks
 * and a cast would cut to; and whether they are arrays.
 * @typedef {Map<string, { name: string, list: boolean }>} ColumnTypes
 */

/**
 * @param {import("./work.node.js").Transaction} transaction @param {string} table quoted
 * @returns {Promise<ColumnTypes>}
 */
export async function typesOf(transaction, table) {
  const rows = await transaction.rows(
    `SELECT a.attname AS column, format_type(a.atttypid, -1) AS name, t.typcategory = 'A' AS list
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
    [table],
  );
  return new Map(
    rows.map(({ column, name, list }) => [
      String(column),
      { name: String(name), list: list === true },
    ]),
  );
}
