import { notFound } from "../../refusals.node.js";
import { Refusal } from "../../requests.node.js";
import { INSERTED } from "./bulk.node.js";
import { groupsOf } from "./groups.node.js";
import { Parameters, placeName, quote, whereSql } from "./sql.node.js";
import { arrayText, cellText, textOf } from "./text.node.js";
import { codeOf } from "./work.node.js";

/** @typedef {import("./bulk.node.js").Written} Written */
/** @typedef {import("./groups.node.js").Group} Group */
/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Tenant} Tenant */
/** @typedef {import("./text.node.js").ColumnTypes} ColumnTypes */
/** @typedef {import("./work.node.js").Transaction} Transaction */

/** The row that is there. */
const ROW = '"apus row"';
/** Characters of a message of COPY, about. */
const CHUNK = 65_536;

/**
 * How a table of PostgreSQL writes a batch: in one transaction, a statement for each group of rows.
 * @param {Pick<import("./table.node.js").TableInPostgres, "work" | "spec" | "sqlName" | "columnTypes">} table
 * @param {"insert" | "update"} kind
 * @param {import("./bulk.node.js").InsertOptions} options
 * @returns {import("./bulk.node.js").Write}
 */
export function bulkWriter(table, kind, { tenant = {}, conflict = "error" }) {
  const { work, spec, sqlName } = table;
  const apart = kind === "update" || conflict !== "error";
  let copies = kind === "insert" && conflict === "error";
  /** @type {Promise<ColumnTypes> | undefined} */
  let types;
  return async function write(items, signal) {
    types ??= work.write((transaction) => table.columnTypes(transaction, true));
    const known = await types;
    const { groups, refused } = groupsOf(spec, { kind, items, tenant, apart });
    /** @type {Written} */
    const none = { refused, written: 0, skipped: 0, keys: [], many: false };
    if (groups.length === 0) return none;
    const at = { spec, sqlName, tenant, conflict, types: known };
    try {
      return await work.write(async (transaction) => {
        const done = { ...none, refused: refused.slice(), keys: [] };
        for (const group of groups) {
          if (copies && group.rows.length > INSERTED) {
            const lines = linesOf(group, tenant, known);
            const columns = group.columns.map(quote);
            signal.throwIfAborted();
            await transaction.copy(`COPY ${sqlName} (${columns}) FROM STDIN`, lines, signal);
            done.written += group.rows.length;
            done.many = true;
            continue;
          }
          for (let from = 0; from < group.rows.length; from += INSERTED) {
            signal.throwIfAborted();
            const rows = group.rows.slice(from, from + INSERTED);
            const places = group.places.slice(from, from + INSERTED);
            const part = { ...group, rows, places };
            await (kind === "insert" ? insert : update)(transaction, at, part, done);
          }
        }
        return done;
      });
    } catch (error) {
      // Views and tables with row security take no COPY.
      if (!copies || !/^(0A000|42809)$/.test(codeOf(error))) throw error;
      copies = false;
      return write(items, signal);
    }
  };
}

/**
 * @typedef {object} At
 * @property {import("./spec.node.js").Spec} spec
 * @property {string} sqlName
 * @property {Tenant} tenant
 * @property {"error" | "skip" | "update"} conflict
 * @property {ColumnTypes} types
 */

/** A list as text, of which each element is read as the column's type. @param {ColumnTypes} types @param {string} column @param {string} text */
const cast = (types, column, text) => {
  const type = types.get(column)?.name ?? "text";
  return type === "text" ? text : `${text}::${type}`;
};

/**
 * The values of columns as one parameter each, and the columns that they are in SQL.
 * @param {At} at @param {string[]} columns @param {Row[]} rows @param {Parameters} parameters
 */
function unnested({ tenant, types }, columns, rows, parameters) {
  const given = columns.filter((name) => !Object.hasOwn(tenant, name));
  const lists = given.map((name) => {
    const list = types.get(name)?.list === true;
    return `${parameters.add(arrayText(rows.map((row) => textOf(row[name], list))))}::text[]`;
  });
  const values = columns.map((name) => {
    const i = given.indexOf(name);
    const list = types.get(name)?.list === true;
    const text =
      i < 0 ? `${parameters.add(textOf(tenant[name], list))}::text` : `c.${quote(placeName(i))}`;
    return cast(types, name, text);
  });
  const names = given.map((_, i) => quote(placeName(i)));
  // Without a column, there are still rows.
  const from = lists.length ? lists : [`${parameters.add(arrayText(rows.map(() => "")))}::text[]`];
  return {
    values,
    from: `unnest(${from}) WITH ORDINALITY AS c(${names.length ? names : '"apus -"'}, "apus n")`,
  };
}

/** @param {Transaction} transaction @param {At} at @param {Group} group @param {Written} done */
async function insert(transaction, at, { columns, rows }, done) {
  const { spec, sqlName, tenant, conflict } = at;
  const parameters = new Parameters();
  const { values, from } = unnested(at, columns, rows, parameters);
  const key = quote(spec.key);
  let then = "";
  if (conflict === "skip") then = " ON CONFLICT DO NOTHING";
  if (conflict === "update") {
    const pairs = columns.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`);
    const own = Object.keys(tenant).map(
      (name) => `${ROW}.${quote(name)} = EXCLUDED.${quote(name)}`,
    );
    then = ` ON CONFLICT (${key}) DO UPDATE SET ${pairs}${whereSql(own)}`;
  }
  const sql = `INSERT INTO ${sqlName} AS ${ROW} (${columns.map(quote)}) SELECT ${values} FROM ${from} ORDER BY "apus n"${then} RETURNING ${ROW}.${key}::text AS key`;
  const made = await transaction.rows(sql, parameters.values);
  const left = rows.length - made.length;
  // The rows of another: which ones, halves find out.
  if (left > 0 && conflict === "update") throw taken(spec.key);
  done.written += made.length;
  done.skipped += left;
  done.keys.push(...made.map(({ key }) => String(key)));
}

/** @param {string} column */
const taken = (column) =>
  new Refusal(409, "CONFLICT", "there is a row with this key", {}, { column });

/** @param {Transaction} transaction @param {At} at @param {Group} group @param {Written} done */
async function update(transaction, at, { columns, rows, places }, done) {
  const { spec, sqlName, tenant, types } = at;
  const parameters = new Parameters();
  const { values, from } = unnested(at, [...columns, spec.key], rows, parameters);
  const key = quote(spec.key);
  const pairs = columns.map((name, i) => `${quote(name)} = ${values[i]}`);
  const own = Object.entries(tenant).map(
    ([name, value]) =>
      `${ROW}.${quote(name)} = ${cast(types, name, `${parameters.add(textOf(value, false))}::text`)}`,
  );
  const which = whereSql([`${ROW}.${key} = ${values.at(-1)}`, ...own]);
  const set = pairs.length ? pairs : [`${key} = ${ROW}.${key}`];
  const sql = `UPDATE ${sqlName} AS ${ROW} SET ${set} FROM ${from}${which} RETURNING "apus n" AS place, ${ROW}.${key}::text AS key`;
  const made = await transaction.rows(sql, parameters.values);
  const found = new Set(made.map(({ place }) => Number(place) - 1));
  for (const [i, place] of places.entries()) if (!found.has(i)) done.refused[place] = notFound();
  done.written += made.length;
  done.keys.push(...made.map(({ key }) => String(key)));
}

/** @param {Group} group @param {Tenant} tenant @param {ColumnTypes} types @returns {Generator<string>} */
function* linesOf({ columns, rows }, tenant, types) {
  const cells = columns.map((name) => ({
    name,
    list: types.get(name)?.list === true,
    own: Object.hasOwn(tenant, name) ? cellText(textOf(tenant[name], false)) : undefined,
  }));
  const last = cells.length - 1;
  let text = "";
  for (const row of rows) {
    for (let i = 0; i <= last; i++) {
      const { name, list, own } = cells[i];
      const value = row[name];
      text += own ?? (typeof value === "number" ? value : cellText(textOf(value, list)));
      text += i < last ? "\t" : "\n";
    }
    if (text.length < CHUNK) continue;
    yield text;
    text = "";
  }
  if (text) yield text;
}
