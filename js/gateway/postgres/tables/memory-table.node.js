import { randomUUID } from "node:crypto";
import { notFound } from "../../refusals.node.js";
import { Refusal } from "../../requests.node.js";
import { refusedAnswer } from "./errors.node.js";
import { checkTable } from "./options.node.js";
import { KEPT, replay } from "./results.node.js";
import { Spec } from "./spec.node.js";

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Term} Term */
/** @typedef {import("./spec.node.js").Answer} Answer */
/** @typedef {import("./spec.node.js").Change} Change */
/** @typedef {import("./spec.node.js").Condition} Condition */
/** @typedef {import("./spec.node.js").PageQuery} PageQuery */
/** @typedef {import("./spec.node.js").Selection} Selection */
/** @typedef {import("./spec.node.js").Table} Table */

/**
 * A table in this process's memory, for development, tests and small sets. It answers as
 * `postgresTable` does; a search is for whole words, and a page costs O(n).
 * @param {Row[]} rows which are copied
 * @param {import("./options.node.js").TableOptions} options those of a database have no effect
 * @throws {TypeError | RangeError} that names the argument
 */
export function memoryTable(rows, options) {
  if (!Array.isArray(rows)) throw new TypeError("memoryTable: rows must be a list");
  checkTable("memoryTable", options);
  return new TableInMemory(rows, options);
}

/** @implements {Table} */
class TableInMemory {
  /** By the key's text. @type {Map<string, Row>} */ #rows = new Map();
  /** Sorted rows by order; empty after a change. @type {Map<Term[], Row[]>} */ #sorted = new Map();
  /** @type {Map<string, Answer & { digest: string, created: number }>} */ #results = new Map();

  /** @param {Row[]} rows @param {import("./options.node.js").TableOptions} options checked */
  constructor(rows, options) {
    /** @readonly */ this.spec = new Spec(options);
    const { key } = this.spec;
    for (const row of rows) {
      const id = String(row?.[key] ?? "");
      if (!id || this.#rows.has(id)) {
        throw new RangeError(`memoryTable: rows need a ${key} each, no two the same; got "${id}"`);
      }
      this.#rows.set(id, structuredClone(row));
    }
  }

  /** Nobody else changes it. */
  served() {}

  /** @param {PageQuery} query @returns {Promise<import("./spec.node.js").Page>} */
  async page(query) {
    const { size, order, after, before, columns } = query;
    const found = this.#selected(query, this.#inOrder(order));
    const from = before
      ? Math.max(0, placeIn(found, order, before, 0) - size)
      : after
        ? placeIn(found, order, after, 1)
        : Math.min(query.at ?? 0, found.length);
    const end = before ? placeIn(found, order, before, 0) : from + size;
    const rows = found.slice(from, end);
    const [first] = rows;
    const last = rows.at(-1);
    return {
      rows: rows.map((row) => chosen(row, columns)),
      next: last && (before || end < found.length) ? place(last, order) : null,
      previous: first && (before ? from > 0 : after || query.at) ? place(first, order) : null,
      ...(query.count && { total: found.length }),
      ...(query.at !== undefined && { at: from }),
    };
  }

  /** @param {string} id @param {Selection} selection */
  async row(id, selection) {
    const row = this.#rows.get(id);
    const [found] = this.#selected(selection, row ? [row] : []);
    return found && chosen(found, this.spec.columns);
  }

  /** @param {import("./spec.node.js").AggregateQuery} query */
  async aggregate(query) {
    const { sum, by } = query;
    /** @type {Map<unknown, number | null>} */
    const groups = by === undefined ? new Map([[null, sum === undefined ? 0 : null]]) : new Map();
    for (const row of this.#selected(query, [...this.#rows.values()])) {
      const group = by === undefined ? null : (row[by] ?? null);
      const value = sum === undefined ? 1 : row[sum];
      const before = groups.get(group) ?? null;
      groups.set(group, value == null ? before : (before ?? 0) + Number(value));
    }
    return [...groups]
      .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : compareValues(a, b)))
      .map(([by, value]) => ({ by, value }));
  }

  /** @param {Change} change @returns {Promise<Answer>} */
  async change(change) {
    const { once } = change;
    const now = Date.now();
    for (const [key, { created }] of this.#results) {
      if (now - created < KEPT) break; // the oldest come first
      this.#results.delete(key);
    }
    const kept = once && this.#results.get(once.key);
    if (kept) return replay(kept, once.digest);
    /** @type {Answer} */
    let answer;
    try {
      answer = this.#change(change);
    } catch (error) {
      if (!once || !(error instanceof Refusal)) throw error;
      answer = refusedAnswer(error);
    }
    if (once) this.#results.set(once.key, { ...answer, digest: once.digest, created: now });
    return answer;
  }

  /** @param {Change} change */
  #change({ kind, id = "", row, tenant }) {
    const { key, columns } = this.spec;
    const old = this.#rows.get(id);
    if (kind !== "insert") {
      const selection = { where: [], search: "", tenant };
      if (!old || this.#selected(selection, [old]).length === 0) throw notFound();
    }
    const set = kind === "delete" ? {} : this.spec.written(row, tenant, kind === "insert");
    const next = structuredClone({ ...old, ...set });
    if (next[key] === undefined) next[key] = this.#freshKey();
    const name = String(next[key] ?? "");
    if (!name) throw new Refusal(422, "BAD_ROW", `${key} must not be null`, {}, { column: key });
    if (kind !== "delete" && name !== id && this.#rows.has(name)) {
      throw new Refusal(409, "CONFLICT", `there is a row ${name}`, {}, { column: key });
    }
    if (old) this.#rows.delete(id);
    if (kind !== "delete") this.#rows.set(name, next);
    this.#sorted.clear();
    const body = JSON.stringify({ row: chosen(next, columns) });
    return { status: kind === "insert" ? 201 : 200, body };
  }

  /** @param {Selection} selection @param {Row[]} rows */
  #selected({ where, search, tenant }, rows) {
    const tests = [
      ...Object.entries(tenant).map(([column, value]) => ({ column, op: "=", value })),
      ...where,
    ];
    const words = wordsOf(search.replaceAll(/(^|\s)-\S+/g, ""));
    const without = wordsOf((search.match(/(?<=^|\s)-\S+/g) ?? []).join(" "));
    return rows.filter((row) => {
      if (!tests.every(({ column, op, value }) => fits(row[column], op, value))) return false;
      if (!search) return true;
      const found = new Set(this.spec.search.flatMap((name) => wordsOf(String(row[name] ?? ""))));
      return words.every((word) => found.has(word)) && !without.some((word) => found.has(word));
    });
  }

  /** @param {Term[]} order */
  #inOrder(order) {
    const sorted =
      this.#sorted.get(order) ??
      [...this.#rows.values()].sort((a, b) =>
        comparePlaces(place(a, order), place(b, order), order),
      );
    this.#sorted.set(order, sorted);
    return sorted;
  }

  #freshKey() {
    const { key } = this.spec;
    const keys = [...this.#rows.values()].map((row) => row[key]);
    const largest = keys.reduce((/** @type {number} */ most, id) => Math.max(most, Number(id)), 0);
    return Number.isSafeInteger(largest) ? largest + 1 : randomUUID();
  }
}

/** @param {string} text */
const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** @param {Row} row @param {Term[]} order */
const place = (row, order) => order.map(({ column }) => row[column] ?? null);

/** @param {Row} row @param {string[]} columns */
const chosen = (row, columns) =>
  Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));

/** @param {unknown} a @param {unknown} b */
const compareValues = (a, b) =>
  /** @type {any} */ (a) < /** @type {any} */ (b) ? -1 : a === b ? 0 : 1;

/** @param {unknown} value @param {string} op @param {unknown} asked */
function fits(value, op, asked) {
  if (asked === null || value == null) return (value ?? null) === asked && op === "=";
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
function comparePlaces(a, b, order) {
  for (const [i, { desc, nullsFirst }] of order.entries()) {
    if (a[i] === b[i]) continue;
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
function placeIn(rows, order, values, past) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePlaces(place(rows[middle], order), values, order) < past) low = middle + 1;
    else high = middle;
  }
  return low;
}
