// Rows into PostgreSQL: a table's batchInsert, next to a plain COPY of the same rows by psql and by pg.
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgresTable } from "../../../js/gateway/postgres/index.node.js";
import { CopyIn } from "../../../js/gateway/postgres/tables/copy.node.js";
import { findPostgres } from "../../../tools/setup/postgres.js";
import { startPostgres } from "../../gateway/postgres/server.js";

const columns = ["id", "name", "country", "population"];

/** @param {number} i */
const row = (i) => ({
  ...{ id: i, name: `place ${i} of the register`, country: ["DE", "FR", null][i % 3] },
  population: (i * 7919) % 50_000,
});

/** Ms that a call took. @param {() => Promise<unknown>} work */
async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** psql's \copy of a file. @param {string} url @param {string} file */
async function psql(url, file) {
  const program = join(/** @type {string} */ (findPostgres()), "psql");
  const command = `\\copy places (${columns}) from '${file}'`;
  const child = spawn(program, [url, "-qX", "-v", "ON_ERROR_STOP=1", "-c", command], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function inserts({ quick }, report) {
  const count = quick ? 100_000 : 1_000_000;
  const server = await startPostgres({ shared_buffers: "256MB", max_wal_size: "4GB" });
  const pool = new pg.Pool({ connectionString: server.url, max: 2 });
  const file = join(tmpdir(), `apus-rows-${process.pid}.txt`);
  try {
    await pool.query(`CREATE TABLE places (id int PRIMARY KEY, name text, country varchar(2),
      population int CONSTRAINT small CHECK (population < 50000))`);
    const table = postgresTable(pool, "places", { columns, write: columns });
    const rows = Array.from({ length: count }, (_, i) => row(i + 1));
    const lines = rows.map(
      (it) =>
        `${Object.values(it)
          .map((value) => value ?? "\\N")
          .join("\t")}\n`,
    );
    await writeFile(file, lines.join(""));
    /** Chunks of 64 kB, ready to be sent. */
    const chunks = [];
    for (let i = 0; i < count; i += 1500) chunks.push(lines.slice(i, i + 1500).join(""));

    /** The whole lot in one COPY, of text that is there already. */
    const copy = async () => {
      const client = await pool.connect();
      const { signal } = new AbortController();
      const whole = new CopyIn(`COPY places (${columns}) FROM STDIN`, chunks, signal);
      client.query(/** @type {any} */ (whole));
      await whole.done.finally(() => client.release());
    };
    /** @type {Record<string, () => Promise<unknown>>} */
    const ways = {
      "batchInsert of a list": () => table.batchInsert(rows),
      "batchInsert of a generator": () =>
        table.batchInsert(
          (function* () {
            for (let i = 1; i <= count; i++) yield row(i);
          })(),
        ),
      "COPY of ready text by psql": () => psql(server.url, file),
      "COPY of ready text by pg": copy,
    };
    /** @type {Record<string, number[]>} */
    const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
    // Interleaved: load on the machine is everybody's.
    for (let round = 0; round < (quick ? 5 : 3); round++) {
      for (const [name, way] of Object.entries(ways)) {
        await pool.query("TRUNCATE places; CHECKPOINT");
        times[name].push(await timed(way));
        const { rows } = await pool.query("SELECT count(*)::int AS count FROM places");
        if (rows[0].count !== count) throw new Error(`${name}: ${rows[0].count} rows`);
      }
    }
    const perSecond = Object.fromEntries(
      Object.entries(times).map(([name, all]) => [name, (count / median(all)) * 1000]),
    );

    // One bad record among 100,000.
    await pool.query("TRUNCATE places");
    const some = rows.slice(0, 100_000);
    some[76_543] = { ...some[76_543], population: 50_000 };
    const { written, errors } = await table.batchInsert(some);
    const alone =
      written === 99_999 &&
      errors.length === 1 &&
      errors[0].index === 76_543 &&
      errors[0].constraint === "small";
    report.table("insert", {
      caption: `${count.toLocaleString()} rows of 4 columns into a table with a primary key and a check, rows a second`,
      columns: ["", "rows a second"],
      rows: Object.entries(perSecond),
    });
    const ours = perSecond["batchInsert of a list"];
    return {
      batch_insert_rows_per_s_vs_copy: ours / perSecond["COPY of ready text by psql"],
      batch_insert_rows_per_s_vs_pg_copy: ours / perSecond["COPY of ready text by pg"],
      batch_insert_rows_per_s: ours,
      one_bad_record_of_100k_inserted_fails_alone: Number(alone),
    };
  } finally {
    await rm(file, { force: true });
    await pool.end();
    await server.stop();
  }
}
