import { notFound } from "../../refusals.node.js";
import { conditions, Parameters, quote, whereSql } from "./sql.node.js";
import { textOf } from "./text.node.js";

/** @typedef {import("./spec.node.js").Change} Change */
/** @typedef {import("./work.node.js").Transaction} Transaction */

/**
 * Makes one change.
 * @param {Transaction} transaction
 * @param {Pick<import("./table.node.js").TableInPostgres, "spec" | "sqlName" | "columnTypes">} table
 * @param {Change} change
 * @returns {Promise<import("./spec.node.js").Answer>}
 * @throws {import("../../requests.node.js").Refusal} NOT_FOUND, or what `written` refuses
 */
export async function applyChange(transaction, table, { kind, id, row, tenant }) {
  const { spec, sqlName } = table;
  const parameters = new Parameters();
  const set = kind === "delete" ? {} : spec.written(row, tenant, kind === "insert");
  const names = Object.keys(set).map(quote);
  const types = Object.values(set).some(Array.isArray)
    ? await table.columnTypes(transaction)
    : undefined;
  const values = Object.entries(set).map(([name, value]) =>
    parameters.add(textOf(value, types?.get(name)?.list === true)),
  );
  let sql;
  if (kind === "insert") {
    sql = `INSERT INTO ${sqlName} (${names}) VALUES (${values})`;
  } else {
    const own = conditions(spec, { where: [], search: "", tenant }, parameters);
    const which = whereSql([`${quote(spec.key)} = ${parameters.add(id)}`, ...own]);
    // Columns of the tenant that stay as they are leave nothing to set.
    const key = quote(spec.key);
    const pairs = names.length
      ? names.map((name, i) => `${name} = ${values[i]}`)
      : [`${key} = ${key}`];
    sql =
      kind === "update"
        ? `UPDATE ${sqlName} SET ${pairs}${which}`
        : `DELETE FROM ${sqlName}${which}`;
  }
  const columns = spec.columns.map(quote).join(", ");
  const [changed] = await transaction.rows(`${sql} RETURNING ${columns}`, parameters.values);
  if (!changed) throw notFound();
  return { status: kind === "insert" ? 201 : 200, body: JSON.stringify({ row: changed }) };
}
