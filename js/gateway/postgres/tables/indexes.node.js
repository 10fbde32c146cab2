import { orderSql, quote, searchSql } from "./sql.node.js";

/** @typedef {import("./options.node.js").Term} Term */
/** @typedef {import("./spec.node.js").Spec} Spec */
/** @typedef {import("./work.node.js").Transaction} Transaction */

/**
 * An index that a table's options ask for.
 * @typedef {object} TableIndex
 * @property {string[]} uses `order population`, `filter country`, `search`, …
 * @property {string} sql the statement that makes it
 * @property {string | null} name of one that is there and does; null: it is missing
 */

/**
 * @typedef {object} Needed
 * @property {string[]} uses
 * @property {Term[]} terms of a B-tree
 * @property {number} equal of the terms, which are compared with one value: their direction is free
 * @property {string} [gin] what an inverted index is on, instead
 * @property {string} [list] the column, if that is one
 */

/** @typedef {{ name: string, method: string, columns: { column: string | null, options: number, fine: boolean }[] }} Existing */

/** @param {string} column @returns {Term} */
const ascending = (column) => ({ column, desc: false, nullsFirst: false });

/**
 * What the columns of a tenant are: the option is asked with a user who has everything.
 * @param {Spec["tenant"]} tenant
 * @returns {string[] | undefined} undefined if it does not say
 */
function tenantColumns(tenant) {
  if (!tenant) return [];
  /** @type {unknown} */
  const anything = new Proxy(() => {}, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => "" : anything),
    apply: () => anything,
  });
  try {
    const columns = Object.keys(tenant(/** @type {never} */ (anything)));
    if (columns.length > 0) return columns;
  } catch {}
}

/** @param {Spec} spec @param {string[]} tenant its columns @param {Set<string>} lists columns that are arrays @returns {Needed[]} */
function needed(spec, tenant, lists) {
  const { key, orders, filters, search } = spec;
  const own = tenant.map(ascending);
  /** @type {Needed[]} */
  const all = [{ uses: [`rows by ${key}`], terms: [ascending(key)], equal: 1 }];
  for (const [name, terms] of orders) {
    const uses = [`order ${name || key}`];
    all.push({ uses, terms: [...own, ...terms], equal: own.length });
  }
  for (const column of filters) {
    if (column === key || tenant.includes(column)) continue;
    const uses = [`filter ${column}`];
    const terms = [...own, ascending(column), ascending(key)];
    if (lists.has(column))
      all.push({ uses, terms: [], equal: 0, gin: quote(column), list: column });
    else all.push({ uses, terms, equal: own.length + 1 });
  }
  if (search.length > 0) all.push({ uses: ["search"], terms: [], equal: 0, gin: searchSql(spec) });
  /** @type {Needed[]} */
  const kept = [];
  for (const it of all.sort((a, b) => b.terms.length - a.terms.length)) {
    const larger = it.gin ? undefined : kept.find((other) => serves(columnsOf(other.terms), it));
    if (larger) larger.uses.push(...it.uses);
    else kept.push(it);
  }
  return kept;
}

/** An index on terms, as PostgreSQL lists its columns. @param {Term[]} terms @returns {Existing["columns"]} */
const columnsOf = (terms) =>
  terms.map((term) => ({ column: term.column, options: optionsOf(term), fine: true }));

/** As pg_index.indoption. @param {Term} term */
const optionsOf = ({ desc, nullsFirst }) => (desc ? 1 : 0) | (nullsFirst ? 2 : 0);

/** Whether an index begins as one that is needed, forwards or backwards. @param {Existing["columns"]} columns @param {Needed} needed */
const serves = (columns, { terms, equal }) =>
  terms.every(({ column }, i) => columns[i]?.column === column && columns[i].fine) &&
  [0, 3].some((flipped) =>
    terms.every((term, i) => i < equal || (columns[i].options ^ flipped) === optionsOf(term)),
  );

/** Whole indexes of a table, which are valid. Source: PostgreSQL manual, "pg_index". */
const existingSql = `SELECT c.relname AS name, m.amname AS method,
    jsonb_agg(jsonb_build_object('column', a.attname, 'options', i.indoption[n - 1], 'fine',
      o.opcdefault AND i.indcollation[n - 1] IN (0, a.attcollation)) ORDER BY n) AS columns
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    CROSS JOIN generate_series(1, i.indnkeyatts) AS n
    JOIN pg_opclass o ON o.oid = i.indclass[n - 1]
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n - 1] AND a.attnum > 0
  WHERE i.indrelid = $1::regclass AND i.indisvalid AND i.indpred IS NULL
  GROUP BY c.relname, m.amname ORDER BY c.relname`;

/**
 * Which indexes the orders, filters, search and tenants of a table need, and which of them are there. O(indexes).
 * @param {Transaction} transaction that ends with this
 * @param {Pick<import("./table.node.js").TableInPostgres, "spec" | "sqlName" | "columnTypes">} table
 * @returns {Promise<{ indexes: TableIndex[], notes: string[] }>} `notes`: what it cannot say
 */
export async function inspectIndexes(transaction, table) {
  const { spec, sqlName } = table;
  const [{ kind }] = await transaction.rows(
    "SELECT relkind AS kind FROM pg_class WHERE oid = $1::regclass",
    [sqlName],
  );
  if (kind === "v") {
    return { indexes: [], notes: ["it is a view: indexes belong to the tables that it reads"] };
  }
  const tenant = tenantColumns(spec.tenant);
  const notes = tenant ? [] : ["the columns of its tenant are unknown: put them first"];
  const known = await table.columnTypes(transaction, true);
  const lists = new Set([...known].filter(([, { list }]) => list).map(([column]) => column));
  const existing = /** @type {Existing[]} */ (await transaction.rows(existingSql, [sqlName]));
  const ordered = existing.filter(({ method }) => method === "btree");
  const inverted = existing.filter(({ method }) => method === "gin");
  const searched = spec.search.length > 0 ? await searchIndex(transaction, spec, sqlName) : null;
  const create = `CREATE INDEX ${kind === "p" ? "" : "CONCURRENTLY "}ON ${sqlName}`;
  const indexes = needed(spec, tenant ?? [], lists).map((it) => {
    const { uses, terms, gin, list } = it;
    const sql = gin ? `${create} USING gin (${gin})` : `${create} (${orderSql(terms)})`;
    let name = searched;
    if (list) {
      const own = inverted.find(({ columns }) =>
        columns.some(({ column, fine }) => column === list && fine),
      );
      name = own?.name ?? null;
    } else if (!gin) name = ordered.find(({ columns }) => serves(columns, it))?.name ?? null;
    return { uses, sql, name };
  });
  return { indexes, notes };
}

/**
 * The index that a search takes: expressions are equal if the planner says so.
 * @param {Transaction} transaction @param {Spec} spec @param {string} table quoted
 * @returns {Promise<string | null>}
 */
async function searchIndex(transaction, spec, table) {
  // What is left is the bitmap scan of an inverted index, also where another would be cheaper.
  for (const scan of ["seqscan", "indexscan", "indexonlyscan"]) {
    await transaction.rows(`SET LOCAL enable_${scan} = off`);
  }
  const query = `websearch_to_tsquery('${spec.language}', 'apus')`;
  const [row] = await transaction.rows(
    `EXPLAIN (FORMAT JSON) SELECT FROM ${table} WHERE ${searchSql(spec)} @@ ${query}`,
  );
  const plan = JSON.stringify(row["QUERY PLAN"]);
  const [, name] = /"Index Name":("(?:[^"\\]|\\.)*"),[^{}]*"Index Cond":"[^{}]*@@/.exec(plan) ?? [];
  return name ? JSON.parse(name) : null;
}
