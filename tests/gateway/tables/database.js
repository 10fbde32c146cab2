// PostgreSQL with a table of cities, for tests.
import pg from "pg";
import { postgresTable } from "../../../js/gateway/postgres/tables/table.node.js";
import { startPostgres } from "../postgres/server.js";

/** @type {Promise<{ server: Awaited<ReturnType<typeof startPostgres>>, pool: pg.Pool }> | undefined} */
let started;

export function database() {
  started ??= (async () => {
    const server = await startPostgres();
    const pool = new pg.Pool({ connectionString: server.url, max: 10 });
    pool.on("error", () => {});
    return { server, pool };
  })();
  return started;
}

/** A server keeps the process alive: call it after the last test. */
export async function stop() {
  if (!started) return;
  const { server, pool } = await started;
  await pool.end();
  await server.stop();
}

let last = 0;

/** @param {Record<string, any>[]} rows @param {any} options @param {string} [more] of the definition */
export async function cityTable(rows, options, more = "") {
  const { pool } = await database();
  const name = `cities"${++last}`;
  const sql = `"${name.replaceAll('"', '""')}"`;
  await pool.query(`CREATE TABLE ${sql} (id serial PRIMARY KEY, name text, country varchar(8),
    population int, secret text, owner text ${more})`);
  if (rows.length > 0) {
    await pool.query(
      `INSERT INTO ${sql} SELECT * FROM jsonb_to_recordset($1) AS r
        (id int, name text, country text, population int, secret text, owner text)`,
      [JSON.stringify(rows)],
    );
  }
  await pool.query("DROP TABLE IF EXISTS apus_results").catch(() => {});
  return Object.assign(postgresTable(pool, name, options), { quoted: sql });
}
