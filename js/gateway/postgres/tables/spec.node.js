import { Refusal } from "../../requests.node.js";
import { termOf } from "./options.node.js";

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Tenant} Tenant */
/** @typedef {import("./options.node.js").Term} Term */
/** @typedef {{ column: string, op: "=" | "<" | "<=" | ">" | ">=" | "@>", value: unknown }} Condition */

/** Which rows. @typedef {{ where: Condition[], search: string, tenant: Tenant, fresh?: boolean }} Selection */

/**
 * A page that was asked for, checked.
 * @typedef {Selection & {
 *   size: number, order: Term[], columns: string[], count: boolean,
 *   after?: unknown[], before?: unknown[], at?: number }} PageQuery
 */

/**
 * @typedef {object} Page
 * @property {Row[]} rows
 * @property {unknown[] | null} next values of the order where the next page begins
 * @property {unknown[] | null} previous
 * @property {number} [total]
 * @property {number} [at] ordinal of the first row
 * @property {boolean} [estimated] whether `at` is about right only
 */

/** @typedef {{ sum?: string, by?: string } & Selection} AggregateQuery */

/** @typedef {{ key: string, digest: string }} Once makes a change apply once */

/**
 * @typedef {object} Change
 * @property {"insert" | "update" | "delete"} kind
 * @property {string} [id] all but insert
 * @property {Row} [row] all but delete
 * @property {Tenant} tenant
 * @property {Once} [once]
 */

/** An answer, as it is kept: `body` is JSON. @typedef {{ status: number, body: string, replayed?: boolean }} Answer */

/**
 * A table that a gateway serves.
 * @typedef {object} Table
 * @property {Spec} spec
 * @property {(query: PageQuery) => Promise<Page>} page
 * @property {(id: string, selection: Selection) => Promise<Row | undefined>} row
 * @property {(query: AggregateQuery) => Promise<{ by: unknown, value: unknown }[]>} aggregate
 * @property {(change: Change) => Promise<Answer>} change also answers the refusal of a
 *   change with `once`; throws others
 * @property {(rows: Iterable<Row> | AsyncIterable<Row>, options?: import("./bulk.node.js").InsertOptions) => Promise<import("./bulk.node.js").BulkResult>} batchInsert
 * @property {(changes: Iterable<Row> | AsyncIterable<Row>, options?: import("./bulk.node.js").BulkOptions) => Promise<import("./bulk.node.js").BulkResult>} batchUpdate
 * @property {(name: string, invalidate: (tags: string[]) => Promise<unknown>) => void} served by a
 *   gateway under this name, which is told of changes that it does not make itself
 * @property {() => Promise<{ indexes: import("./indexes.node.js").TableIndex[], notes: string[] }>} [indexes] of a database
 * @property {import("./work.node.js").Stats} [stats]
 */

export const badFilter = (/** @type {string} */ message) => new Refusal(400, "BAD_FILTER", message);

/** @type {Record<string, Condition["op"]>} */
const operators = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=", has: "@>" };

/** The options of a table, and what requests may ask by them. */
export class Spec {
  /** @param {import("./options.node.js").TableOptions} options checked */
  constructor({ columns, key = "id", filters = [], orders = {}, ...rest }) {
    /** @readonly */ this.key = key;
    /** @readonly */ this.columns = columns.includes(key) ? columns : [key, ...columns];
    /** @readonly */ this.filters = filters;
    /** @readonly */ this.search = rest.search ?? [];
    /** @readonly */ this.language = rest.language ?? "simple";
    /** @readonly */ this.write = rest.write ?? [];
    /** @readonly */ this.tenant = rest.tenant;
    /** @readonly */ this.pageMax = rest.pageMax ?? 500;
    /** @readonly */ this.offsetMax = rest.offsetMax ?? 10_000;
    /** By name; "" is the key alone. @readonly @type {Map<string, Term[]>} */
    this.orders = new Map([["", [termOf(key)]]]);
    for (const [name, texts] of Object.entries(orders)) {
      const terms = texts.map((text) => termOf(text, `orders.${name}`));
      // What comes after a unique column decides nothing.
      const at = terms.findIndex(({ column }) => column === key);
      this.orders.set(name, at < 0 ? [...terms, termOf(key)] : terms.slice(0, at + 1));
    }
  }

  /** @param {string} name @returns {Term[]} */
  order(name) {
    const terms = this.orders.get(name);
    if (!terms) throw badFilter(`there is no order "${name}"`);
    return terms;
  }

  /** @param {number} size */
  size(size) {
    if (!Number.isInteger(size) || size < 1 || size > this.pageMax) {
      throw badFilter(`size must be 1 to ${this.pageMax}`);
    }
    return size;
  }

  /** Columns of an answer; the key is always one. @param {string | null} text */
  selected(text) {
    if (text === null) return this.columns;
    const names = text.split(",");
    const unknown = names.find((name) => !this.columns.includes(name));
    if (unknown !== undefined) throw badFilter(`there is no column "${unknown}"`);
    return this.columns.filter((name) => name === this.key || names.includes(name));
  }

  /** @param {string | null} text JSON: `{ column: value | { gte, gt, lte, lt, eq, has } }` @returns {Condition[]} */
  where(text) {
    if (text === null) return [];
    /** @type {unknown} */
    let where;
    try {
      where = JSON.parse(text);
    } catch {}
    if (where === null || typeof where !== "object" || Array.isArray(where)) {
      throw badFilter("where must be a JSON object");
    }
    return Object.entries(where).flatMap(([column, asked]) => {
      if (!this.filters.includes(column)) throw badFilter(`"${column}" is not filtered by`);
      const isRange = asked !== null && typeof asked === "object" && !Array.isArray(asked);
      const range = isRange ? asked : { eq: asked };
      const parts = Object.entries(range);
      if (parts.length === 0) throw badFilter(`${column}: a range needs a bound`);
      return parts.map(([name, value]) => {
        const values = Array.isArray(value) && (name === "eq" || name === "has") ? value : [value];
        const fine =
          (value === null && name === "eq") ||
          values.every((it) => /^(string|number|boolean)$/.test(typeof it));
        if (
          !Object.hasOwn(operators, name) ||
          !fine ||
          values.some((it) => `${it}`.includes("\0"))
        ) {
          throw badFilter(`${column}: a value, gt, gte, lt and lte, or what a list has`);
        }
        return { column, op: operators[name], value: name === "has" ? values : value };
      });
    });
  }

  /** @param {string | null} text */
  searched(text) {
    if (!text) return "";
    if (this.search.length === 0) throw badFilter("there is nothing to search");
    if (text.length > 500 || text.includes("\0")) throw badFilter("search: 500 characters at most");
    return text;
  }

  /** @param {string | null} text `count` or `sum:<column>` @param {string | null} by */
  aggregate(text, by) {
    const [, sum] = /^(?:count|sum:(.+))$/s.exec(text ?? "") ?? [null, null];
    if (sum === null || (sum !== undefined && !this.columns.includes(sum))) {
      throw badFilter("aggregate must be count, or sum: and a column");
    }
    if (by !== null && !this.columns.includes(by) && !this.filters.includes(by)) {
      throw badFilter(`there is no column "${by}"`);
    }
    return { sum, by: by ?? undefined };
  }

  /** Whether columns decide which pages a row is on, and where. @param {Row} row that was written */
  places(row) {
    const terms = [...this.orders.values()].flat().map(({ column }) => column);
    const deciding = new Set([...terms, ...this.filters, ...this.search]);
    return Object.keys(row).some((column) => deciding.has(column));
  }

  /**
   * The columns that a request sets.
   * @param {unknown} row @param {Tenant} tenant
   * @param {boolean} insert whether the tenant's columns are added
   * @returns {Row}
   */
  written(row, tenant, insert) {
    if (row === null || typeof row !== "object" || Array.isArray(row)) {
      throw new Refusal(422, "BAD_ROW", "a row must be a JSON object");
    }
    /** @type {Row} */
    const set = insert ? { ...tenant } : {};
    for (const [column, value] of Object.entries(row)) {
      if (Object.hasOwn(tenant, column)) {
        if (value === tenant[column]) continue;
        throw new Refusal(403, "FORBIDDEN", `${column} is that of another`, {}, { column });
      }
      if (!this.write.includes(column)) {
        throw new Refusal(422, "BAD_ROW", `"${column}" cannot be set`, {}, { column });
      }
      set[column] = value;
    }
    if (Object.keys(row).length === 0) throw new Refusal(422, "BAD_ROW", "a row needs a column");
    return set;
  }
}
