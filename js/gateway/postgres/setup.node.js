import { ApusError } from "../../core/errors.js";
import { lsnText, parseLsn } from "./lsn.node.js";
import { checkPostgres } from "./options.node.js";

// What a database needs: tables whose identity says enough, a publication, and a slot. In this
// order: a slot cannot read what was written before its publication was there.

/** @typedef {import("./options.node.js").PostgresOptions} PostgresOptions */
/** @typedef {import("./options.node.js").Table} Table */
/** @typedef {import("./replication.node.js").Replication} Replication */

/**
 * The SQL that prepares a database for a source: run it once, as the owner of the tables, with
 * `wal_level = logical`.
 * @param {PostgresOptions} options of `postgres`
 * @returns {string} statements, one a line, for a database without the publication and the slot
 * @throws {TypeError | RangeError} that names the argument
 */
export function postgresSetup(options) {
  checkPostgres(options);
  const { slot, tables } = options;
  const full = Object.entries(tables).filter(([, table]) => readsOldRows(table));
  const statements = [
    ...full.map(([name]) => identitySql(name)),
    publicationSql(options),
    slotSql(slot),
  ];
  return statements.map((sql) => `${sql};\n`).join("");
}

/**
 * What the database has, and what it needs for the options.
 * @param {Replication} connection
 * @param {PostgresOptions} options
 * @returns {Promise<{ system: string, timeline: number, now: number, statements: string[],
 *   slot: { lsn: number, lost: boolean } | undefined }>} `statements` that are to be run before a
 *   slot is made; `slot`: where it is;
 *   `now`: where the server is
 * @throws {ApusError} SETUP for what SQL cannot mend
 */
export async function inspect(connection, options) {
  const { slot, publication, tables } = options;
  const [{ wal_level: level }] = await connection.query("SHOW wal_level");
  if (level !== "logical") {
    const sql = "ALTER SYSTEM SET wal_level = 'logical';";
    throw new ApusError("SETUP", `PostgreSQL needs wal_level = logical: ${sql} then restart it`);
  }
  const [{ systemid: system, timeline, xlogpos }] = await connection.query("IDENTIFY_SYSTEM");
  const statements = [];
  for (const [name, table] of Object.entries(tables)) {
    if (await lacksIdentity(connection, name, table)) statements.push(identitySql(name));
  }
  const published = await connection.query(`
    SELECT t.schemaname, t.tablename, to_jsonb(t)->>'rowfilter' AS filter,
      pubinsert AND pubupdate AND pubdelete AND pubtruncate AS whole
    FROM pg_publication p LEFT JOIN pg_publication_tables t USING (pubname)
    WHERE p.pubname = ${text(publication)}`);
  if (published.length === 0) statements.push(publicationSql(options));
  else {
    const publish = "publish = 'insert, update, delete, truncate'";
    if (!published[0].whole)
      statements.push(`ALTER PUBLICATION ${id(publication)} SET (${publish})`);
    for (const [name, table] of Object.entries(tables)) {
      const [schema, own] = parts(name);
      const found = published.find((it) => it.schemaname === schema && it.tablename === own);
      if (found && Boolean(found.filter) === Boolean(table.filter)) continue;
      if (found)
        statements.push(`ALTER PUBLICATION ${id(publication)} DROP TABLE ${tableId(name)}`);
      statements.push(`ALTER PUBLICATION ${id(publication)} ADD TABLE ${member(name, table)}`);
    }
  }
  const [found] = await connection.query(`
    SELECT confirmed_flush_lsn AS lsn, wal_status = 'lost' AS lost, plugin,
      database = current_database() AS here
    FROM pg_replication_slots WHERE slot_name = ${text(slot)}`);
  if (found && (found.plugin !== "pgoutput" || !found.here)) {
    throw new ApusError("SETUP", `the slot ${slot} is of another database or plugin`);
  }
  return {
    ...{ system, timeline: Number(timeline), now: parseLsn(xlogpos), statements },
    slot: found && { lsn: parseLsn(found.lsn ?? "0/0"), lost: found.lost === true },
  };
}

/** @param {string} slot */
export const slotSql = (slot) =>
  `SELECT pg_create_logical_replication_slot(${text(slot)}, 'pgoutput')`;

/** @param {PostgresOptions} options @param {number} from what is before is not sent */
export const streamSql = ({ slot, publication }, from) =>
  `START_REPLICATION SLOT ${id(slot)} LOGICAL ${lsnText(from)}
    (proto_version '1', publication_names ${text(id(publication))})`;

/** Whether something of the table is decided by the row before the change. @param {Table} table */
export const readsOldRows = ({ where, filter, channel }) =>
  where !== undefined || filter !== undefined || typeof channel === "function";

/** @param {string} name of a table @returns {[schema: string, name: string]} */
export function parts(name) {
  const dot = name.indexOf(".");
  return dot < 0 ? ["public", name] : [name.slice(0, dot), name.slice(dot + 1)];
}

/**
 * Whether PostgreSQL has to send more of the old row than it does now.
 * @param {Replication} connection @param {string} name @param {Table} table
 */
async function lacksIdentity(connection, name, table) {
  const rows = await connection.query(`
    SELECT a.attname AS column, c.relreplident AS identity, EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
        AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END
    ) AS identifies
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.oid = to_regclass(${text(tableId(name))}) AND a.attnum > 0 AND NOT a.attisdropped`);
  if (rows.length === 0) throw new ApusError("SETUP", `there is no table ${name}`);
  for (const column of [table.key, table.columns].flat()) {
    if (!rows.some((row) => row.column === column)) {
      throw new ApusError("SETUP", `the table ${name} has no column ${column}`);
    }
  }
  if (rows[0].identity === "f") return false;
  const sent = new Set(rows.filter(({ identifies }) => identifies).map(({ column }) => column));
  return readsOldRows(table) || ![table.key].flat().every((column) => sent.has(column));
}

/** @param {string} name */
const identitySql = (name) => `ALTER TABLE ${tableId(name)} REPLICA IDENTITY FULL`;

/** @param {PostgresOptions} options */
function publicationSql({ publication, tables }) {
  const list = Object.entries(tables).map(([name, table]) => member(name, table));
  return `CREATE PUBLICATION ${id(publication)} FOR TABLE ${list.join(", ")} WITH (publish_via_partition_root = true)`;
}

/** @param {string} name @param {Table} table */
const member = (name, { filter }) => `${tableId(name)}${filter ? ` WHERE (${filter})` : ""}`;

/** @param {string} name */
const tableId = (name) => parts(name).map(id).join(".");

/** An identifier. @param {string} name */
const id = (name) => `"${name.replaceAll('"', '""')}"`;

/** A literal. @param {string} value */
const text = (value) => `'${value.replaceAll("'", "''")}'`;
