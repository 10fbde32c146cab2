// Rows in memory, compared as PostgreSQL compares them.

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Term} Term */

/** @param {string} text */
export const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** @param {Row} row @param {Term[]} order */
export const place = (row, order) => order.map(({ column }) => row[column] ?? null);

/** @param {Row} row @param {string[]} columns */
export const chosen = (row, columns) =>
  Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));

/** @param {unknown} a @param {unknown} b */
export const compareValues = (a, b) =>
  /** @type {any} */ (a) < /** @type {any} */ (b) ? -1 : a === b ? 0 : 1;

/** Whether a value is as a condition asks. @param {unknown} value @param {import("./spec.node.js").Condition["op"]} op @param {unknown} asked */
export function fits(value, op, asked) {
  if (asked === null || value == null) return (value ?? null) === asked && op === "=";
  if (Array.isArray(value)) {
    const items = new Set(value.map(String));
    if (op === "@>") return [asked].flat().every((item) => items.has(String(item)));
    return op === "=" && JSON.stringify(value) === JSON.stringify(asked);
  }
  if (op === "@>") return false;
  // As a database reads it: by the column's type.
  const other =
    typeof value === "number" ? Number(asked) : typeof value === "string" ? String(asked) : asked;
  if (op === "=") return value === other;
  const order = compareValues(value, other);
  return op[0] === "<"
    ? order < 0 || (op === "<=" && order === 0)
    : order > 0 || (op === ">=" && order === 0);
}

/** @param {unknown[]} a @param {unknown[]} b @param {Term[]} order */
export function comparePlaces(a, b, order) {
  for (let i = 0; i < order.length; i++) {
    if (a[i] === b[i]) continue;
    const { desc, nullsFirst } = order[i];
    if (a[i] === null || b[i] === null) return (a[i] === null) === nullsFirst ? -1 : 1;
    const sign = compareValues(a[i], b[i]);
    if (sign !== 0) return desc ? -sign : sign;
  }
  return 0;
}

/**
 * How many of the rows come before a place, or, with `past` 1, are not behind it.
 * @param {Row[]} rows in order @param {Term[]} order @param {unknown[]} values @param {0 | 1} past
 */
export function placeIn(rows, order, values, past) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePlaces(place(rows[middle], order), values, order) < past) low = middle + 1;
    else high = middle;
  }
  return low;
}
