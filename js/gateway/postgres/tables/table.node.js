import { Refusal } from "../../requests.node.js";
import { runBulk } from "./bulk.node.js";
import { bulkWriter } from "./bulk-sql.node.js";
import { applyChange } from "./change-sql.node.js";
import { changeRefusal, readRefusal, refusedAnswer } from "./errors.node.js";
import { inspectIndexes } from "./indexes.node.js";
import { checkTable, poolCheck } from "./options.node.js";
import { applyOnce, prepareResults } from "./results.node.js";
import { Spec } from "./spec.node.js";
import {
  backward,
  conditions,
  Parameters,
  pageSql,
  placeName,
  quote,
  quoteTable,
  sampleSql,
  whereSql,
} from "./sql.node.js";
import { typesOf } from "./text.node.js";
import { Work } from "./work.node.js";

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").TableOptions} TableOptions */
/** @typedef {import("./options.node.js").Term} Term */
/** @typedef {import("./spec.node.js").Change} Change */
/** @typedef {import("./spec.node.js").PageQuery} PageQuery */
/** @typedef {import("./spec.node.js").Selection} Selection */
/** @typedef {import("./spec.node.js").Table} Table */
/** @typedef {import("./work.node.js").Transaction} Transaction */

/** Rows of a sample, about. */
const SAMPLE = 20_000;
/** Groups of an aggregate. */
const GROUPS = 10_000;

/**
 * A table of PostgreSQL 13 or later for `Gateway.open({ tables })`.
 * @param {import("./options.node.js").Pool} pool of the package `pg`; you close it
 * @param {string} name of the table or view, or `schema.name`
 * @param {TableOptions} options
 * @throws {TypeError | RangeError} that names the argument
 */
export function postgresTable(pool, name, options) {
  poolCheck(pool, "postgresTable: pool");
  if (typeof name !== "string" || !/^[^.\0]+(?:\.[^.\0]+)?$/.test(name)) {
    throw new TypeError("postgresTable: name must be a name, or schema.name");
  }
  checkTable("postgresTable", options);
  return new TableInPostgres(new Work(pool, options), name, options);
}

/** @implements {Table} */
export class TableInPostgres {
  /** Quoted. @readonly */ sqlName;
  /** @type {[name: string, invalidate: (tags: string[]) => Promise<unknown>][]} */ #served = [];
  /** @type {import("./text.node.js").ColumnTypes | undefined} */ #types;

  /** Use `postgresTable`. @param {Work} work @param {string} name @param {TableOptions} options checked */
  constructor(work, name, options) {
    /** @readonly */ this.work = work;
    /** @readonly */ this.name = name;
    /** @readonly */ this.spec = new Spec(options);
    this.sqlName = quoteTable(name);
  }

  get stats() {
    return this.work.stats;
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
  page(query) {
    return this.#read(query, async (transaction) => {
      const page = await this.#page(transaction, query);
      if (query.count) page.total = await this.#total(transaction, query);
      return page;
    });
  }

  /** @param {string} id @param {Selection} selection @returns {Promise<Row | undefined>} */
  async row(id, selection) {
    const where = [...selection.where, { ...{ column: this.spec.key, value: id }, op: "=" }];
    return this.#read(selection, async (transaction) => {
      const parameters = new Parameters();
      const which = whereSql(
        conditions(this.spec, /** @type {Selection} */ ({ ...selection, where }), parameters),
      );
      const sql = `SELECT ${this.#columns()} FROM ${this.sqlName}${which}`;
      return (await transaction.rows(sql, parameters.values))[0];
    }).catch((error) => {
      if (error instanceof Refusal && error.code === "BAD_FILTER") return undefined;
      throw error;
    });
  }

  /** @param {import("./spec.node.js").AggregateQuery} query */
  aggregate(query) {
    const { sum, by } = query;
    return this.#read(query, async (transaction) => {
      const parameters = new Parameters();
      const where = whereSql(conditions(this.spec, query, parameters));
      const value = sum === undefined ? "count(*)" : `sum(${quote(sum)})`;
      const sql =
        by === undefined
          ? `SELECT NULL AS by, ${value} AS value FROM ${this.sqlName}${where}`
          : `SELECT ${quote(by)} AS by, ${value} AS value FROM ${this.sqlName}${where} GROUP BY ${quote(by)} ORDER BY ${quote(by)} LIMIT ${GROUPS}`;
      const groups = await transaction.rows(sql, parameters.values);
      // The sum of large integers is numeric, which stays text only where a number would differ.
      return groups.map(({ by, value }) => ({ by, value: numberOf(value) }));
    });
  }

  /** @param {Change} change @returns {Promise<import("./spec.node.js").Answer>} */
  async change(change) {
    const { once, kind } = change;
    if (once) await prepareResults(this.work);
    try {
      return await this.work.write((transaction) =>
        once
          ? applyOnce(transaction, once, () => this.#saved(transaction, change))
          : applyChange(transaction, this, change),
      );
    } catch (error) {
      this.#types = undefined; // a column may have another type now
      throw changeRefusal(error, kind);
    }
  }

  /**
   * Inserts rows, 1,000 a statement, above 10,000 rows by COPY. Bad ones are left out, one error each.
   * @param {Iterable<Row> | AsyncIterable<Row>} rows which set columns of `write`
   * @param {import("./bulk.node.js").InsertOptions} [options]
   * @returns {Promise<import("./bulk.node.js").BulkResult>}
   * @throws {TypeError | RangeError} that names the argument
   */
  async batchInsert(rows, options = {}) {
    const write = bulkWriter(this, "insert", options);
    return runBulk("insert", rows, options, this.spec, write, this.changed.bind(this));
  }

  /**
   * Changes rows, 500 a statement. Bad changes are left out, one error each.
   * @param {Iterable<Row> | AsyncIterable<Row>} changes the key of a row, and columns to set
   * @param {import("./bulk.node.js").BulkOptions} [options]
   * @returns {Promise<import("./bulk.node.js").BulkResult>}
   * @throws {TypeError | RangeError} that names the argument
   */
  async batchUpdate(changes, options = {}) {
    const write = bulkWriter(this, "update", options);
    return runBulk("update", changes, options, this.spec, write, this.changed.bind(this));
  }

  /**
   * The indexes that the options need, and which of them are there.
   * @returns {Promise<{ indexes: import("./indexes.node.js").TableIndex[], notes: string[] }>}
   */
  indexes() {
    return this.work.write((transaction) => inspectIndexes(transaction, this));
  }

  /** Types of the columns. @param {Transaction} transaction @param {boolean} [fresh] */
  async columnTypes(transaction, fresh = false) {
    if (fresh || !this.#types) this.#types = await typesOf(transaction, this.sqlName);
    return this.#types;
  }

  /** A refusal undoes the change, and is an answer that is kept. @param {Transaction} transaction @param {Change} change */
  async #saved(transaction, change) {
    await transaction.rows("SAVEPOINT apus");
    try {
      const answer = await applyChange(transaction, this, change);
      await transaction.rows("SET CONSTRAINTS ALL IMMEDIATE"); // not only at COMMIT
      return answer;
    } catch (error) {
      const refusal = changeRefusal(error, change.kind);
      if (!(refusal instanceof Refusal) || refusal.status >= 500) throw refusal;
      await transaction.rows("ROLLBACK TO SAVEPOINT apus");
      return refusedAnswer(refusal);
    }
  }

  /** @param {Transaction} transaction @param {PageQuery} query @returns {Promise<import("./spec.node.js").Page>} */
  async #page(transaction, query) {
    const { size, order, after, before, at = 0 } = query;
    if (before) {
      const { rows, more } = await this.#rows(transaction, query, backward(order), {
        after: before,
      });
      rows.reverse();
      return {
        rows: rows.map(bare),
        previous: more ? place(rows[0], order) : null,
        next: place(rows.at(-1), order),
      };
    }
    let from = /** @type {{ after?: unknown[], offset?: number }} */ ({ after, offset: at });
    const estimated = at > this.spec.offsetMax;
    if (estimated) from = { after: (await this.#sampled(transaction, query)) ?? undefined };
    const beyond = { rows: /** @type {Row[]} */ ([]), more: false };
    const found =
      !estimated || from.after ? await this.#rows(transaction, query, order, from) : beyond;
    const { rows, more } = found;
    if (estimated && rows.length === 0) {
      const last = await this.#rows(transaction, query, backward(order), {});
      rows.push(...last.rows.reverse());
    }
    return {
      rows: rows.map(bare),
      next: more ? place(rows[size - 1], order) : null,
      previous: after || at > 0 ? place(rows[0], order) : null,
      ...(query.at !== undefined && { at }),
      ...(estimated && { estimated }),
    };
  }

  /** @param {Transaction} transaction @param {PageQuery} query @param {Term[]} terms @param {{ after?: unknown[], offset?: number }} from */
  async #rows(transaction, query, terms, from) {
    const { sql, values } = pageSql(this.spec, this.sqlName, query, terms, {
      limit: query.size + 1,
      ...from,
    });
    const rows = await transaction.rows(sql, values);
    const more = rows.length > query.size;
    return { rows: more ? rows.slice(0, -1) : rows, more };
  }

  /** A place about `at` rows behind the first. @param {Transaction} transaction @param {PageQuery} query */
  async #sampled(transaction, query) {
    const [{ count }] = await transaction.rows(
      "SELECT reltuples::float8 AS count FROM pg_class WHERE oid = $1::regclass",
      [this.sqlName],
    );
    const percent = Math.min(100, (100 * SAMPLE) / Math.max(Number(count), 1));
    const { sql, values } = sampleSql(this.spec, this.sqlName, query, query.order, {
      at: query.at ?? 0,
      percent,
    });
    const [row] = await transaction.rows(sql, values);
    return row && place(row, query.order);
  }

  /** @param {Transaction} transaction @param {Selection} selection */
  async #total(transaction, selection) {
    const parameters = new Parameters();
    const where = whereSql(conditions(this.spec, selection, parameters));
    const sql = `SELECT count(*) AS total FROM ${this.sqlName}${where}`;
    return Number((await transaction.rows(sql, parameters.values))[0].total);
  }

  /** @template Result @param {Selection} selection @param {(transaction: Transaction) => Promise<Result>} work */
  async #read({ fresh }, work) {
    try {
      return await this.work.read(work, fresh);
    } catch (error) {
      throw readRefusal(error);
    }
  }

  #columns() {
    return this.spec.columns.map(quote).join(", ");
  }
}

/** @param {Row | undefined} row @param {Term[]} order */
const place = (row, order) => (row ? order.map((_, i) => row[placeName(i)]) : null);

/** A row without its place. @param {Row} row */
const bare = (row) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("apus ")));

/** @param {unknown} value */
const numberOf = (value) => {
  const number = value === null || value === "" ? Number.NaN : Number(value);
  return typeof value === "string" && Number.isFinite(number) && String(number) === value
    ? number
    : value;
};
