import { randomUUID } from "node:crypto";
import { notFound } from "../../refusals.node.js";
import { Refusal } from "../../requests.node.js";
import { runBulk } from "./bulk.node.js";
import { refusedAnswer } from "./errors.node.js";
import {
  chosen,
  comparePlaces,
  compareValues,
  fits,
  place,
  placeIn,
  wordsOf,
} from "./memory-rows.node.js";
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
 * `postgresTable` does; a search is for whole words, and a page costs O(n), the
 * first of an order O(n log n); a change costs O(n) for each order that was asked for.
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
  /** Of all keys; NaN if one is no number. */
  #largest = 0;
  /** The rows in each order that was asked for. @type {Map<Term[], Row[]>} */ #sorted = new Map();
  /** The words of rows that were searched, between spaces. @type {WeakMap<Row, string>} */
  #words = new WeakMap();
  /** @type {[name: string, invalidate: (tags: string[]) => Promise<unknown>][]} */ #served = [];
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
      this.#put(id, structuredClone(row));
    }
  }

  /** @type {Table["served"]} */
  served(name, invalidate) {
    this.#served.push([name, invalidate]);
  }

  /** Tells the gateways that serve this table. @param {(name: string) => string[]} tags */
  async changed(tags) {
    await Promise.all(this.#served.map(([name, invalidate]) => invalidate(tags(name))));
  }

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

  /**
   * Inserts rows. Bad ones are left out, one error each.
   * @param {Iterable<Row> | AsyncIterable<Row>} rows
   * @param {import("./bulk.node.js").InsertOptions} [options]
   * @returns {Promise<import("./bulk.node.js").BulkResult>}
   * @throws {TypeError | RangeError} that names the argument
   */
  async batchInsert(rows, options = {}) {
    return this.#bulk("insert", rows, options, (row, tenant) => {
      const { key } = this.spec;
      const id = String(row?.[key] ?? "");
      const { conflict } = options;
      if (!this.#rows.has(id) || (conflict !== "skip" && conflict !== "update")) {
        return this.#change({ kind: "insert", row, tenant });
      }
      this.spec.written(row, tenant, true);
      if (conflict === "skip") return undefined;
      if (this.#selected({ where: [], search: "", tenant }, [this.#rows.get(id) ?? {}]).length) {
        return this.#change({ kind: "update", id, row, tenant });
      }
      throw new Refusal(409, "CONFLICT", `there is a row ${id}`, {}, { column: key });
    });
  }

  /**
   * Changes rows. Bad changes are left out, one error each.
   * @param {Iterable<Row> | AsyncIterable<Row>} changes the key of a row, and columns to set
   * @param {import("./bulk.node.js").BulkOptions} [options]
   * @returns {Promise<import("./bulk.node.js").BulkResult>}
   * @throws {TypeError | RangeError} that names the argument
   */
  async batchUpdate(changes, options = {}) {
    return this.#bulk("update", changes, options, (change, tenant) => {
      const { key } = this.spec;
      const { [key]: id, ...row } = change ?? {};
      if (id === undefined || id === null) {
        throw new Refusal(422, "BAD_ROW", "a change needs a key", {}, { column: key });
      }
      return this.#change({ kind: "update", id: String(id), row, tenant });
    });
  }

  /**
   * @param {"insert" | "update"} kind
   * @param {Iterable<Row> | AsyncIterable<Row>} rows
   * @param {import("./bulk.node.js").InsertOptions} options
   * @param {(row: Row, tenant: import("./options.node.js").Tenant) => Answer | undefined} one undefined: skipped
   */
  #bulk(kind, rows, options, one) {
    const write = async (/** @type {Row[]} */ items) => {
      const done = {
        refused: /** @type {(Refusal | undefined)[]} */ (new Array(items.length)),
        ...{ written: 0, skipped: 0, keys: /** @type {string[]} */ ([]), many: false },
      };
      for (const [i, row] of items.entries()) {
        try {
          if (row instanceof Refusal) throw row;
          const answer = one(row, options.tenant ?? {});
          if (answer) done.keys.push(String(JSON.parse(answer.body).row[this.spec.key]));
          done[answer ? "written" : "skipped"]++;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          done.refused[i] = error;
        }
      }
      return done;
    };
    return runBulk(kind, rows, options, this.spec, write, this.changed.bind(this));
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
    if (kind !== "delete") this.#put(name, next);
    for (const [order, rows] of this.#sorted) {
      if (old) rows.splice(rows.indexOf(old), 1);
      if (kind !== "delete") rows.splice(placeIn(rows, order, place(next, order), 0), 0, next);
    }
    const body = JSON.stringify({ row: chosen(next, columns) });
    return { status: kind === "insert" ? 201 : 200, body };
  }

  /** @param {Selection} selection @param {Row[]} rows */
  #selected({ where, search, tenant }, rows) {
    const tests = [
      ...Object.entries(tenant).map(([column, value]) => ({
        column,
        op: /** @type {const} */ ("="),
        value,
      })),
      ...where,
    ];
    const words = wordsOf(search.replaceAll(/(^|\s)-\S+/g, ""));
    const without = wordsOf((search.match(/(?<=^|\s)-\S+/g) ?? []).join(" "));
    return rows.filter((row) => {
      if (!tests.every(({ column, op, value }) => fits(row[column], op, value))) return false;
      if (!search) return true;
      const found = this.#wordsIn(row);
      const has = (/** @type {string} */ word) => found.includes(` ${word} `);
      return words.every(has) && !without.some(has);
    });
  }

  /** @param {Row} row */
  #wordsIn(row) {
    let words = this.#words.get(row);
    if (words === undefined) {
      words = ` ${this.spec.search.flatMap((name) => wordsOf(String(row[name] ?? ""))).join(" ")} `;
      this.#words.set(row, words);
    }
    return words;
  }

  /** @param {Term[]} order */
  #inOrder(order) {
    const known = this.#sorted.get(order);
    if (known) return known;
    const sorted = [...this.#rows.values()]
      .map((row) => ({ row, at: place(row, order) }))
      .sort((a, b) => comparePlaces(a.at, b.at, order))
      .map(({ row }) => row);
    this.#sorted.set(order, sorted);
    return sorted;
  }

  /** @param {string} id @param {Row} row */
  #put(id, row) {
    this.#rows.set(id, row);
    this.#largest = Math.max(this.#largest, Number(id));
  }

  #freshKey() {
    return Number.isSafeInteger(this.#largest) ? this.#largest + 1 : randomUUID();
  }
}
