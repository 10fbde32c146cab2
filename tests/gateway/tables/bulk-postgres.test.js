// Batches in PostgreSQL: what only a database does.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import pg from "pg";
import { postgresTable } from "../../../js/gateway/postgres/index.node.js";
import { skip } from "../postgres/server.js";
import { rowsOf } from "./bulk-conformance.js";
import { options } from "./conformance.js";
import { cityTable, database, stop } from "./database.js";

const codes = (/** @type {any} */ { errors }) =>
  errors.map((/** @type {any} */ { index, code, constraint }) => [index, code, constraint]);

describe("batches of PostgreSQL", { skip, timeout: 120_000 }, () => {
  after(stop);

  const check = ", CONSTRAINT small CHECK (population < 1e8)";
  const count = async (/** @type {any} */ { quoted }) =>
    Number((await (await database()).pool.query(`SELECT count(*) FROM ${quoted}`)).rows[0].count);

  test("one bad record among 20,000 fails alone, by COPY", async () => {
    const table = await cityTable([], options, check);
    for (const [at, more, code, constraint] of /** @type {[number, any, string, any][]} */ ([
      [12_345, { population: 1e9 }, "BAD_ROW", "small"],
      [19_999, { id: 1 }, "CONFLICT", `cities"1_pkey`],
      [0, { country: "much too long" }, "BAD_ROW", undefined],
      [10_000, { population: "many" }, "BAD_ROW", undefined],
      [777, { name: "a\0b" }, "BAD_ROW", undefined],
    ])) {
      const rows = rowsOf(20_000);
      rows[at] = { ...rows[at], ...more };
      const result = await table.batchInsert(rows);
      assert.equal(result.written, 19_999);
      assert.deepEqual(
        codes(result).map(([index, code]) => [index, code]),
        [[at, code]],
      );
      if (constraint === "small") assert.equal(result.errors[0].constraint, constraint);
      assert.equal(await count(table), 19_999);
      await (await database()).pool.query(`TRUNCATE ${table.quoted}`);
    }
    const sql = "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
    assert.deepEqual((await (await database()).pool.query(sql)).rows, []);
  });

  test("values of all types arrive by COPY as by INSERT", async () => {
    const columns = ["id", "name", "words", "data", "at", "bytes", "yes", "big"];
    const more =
      ", words text[], data jsonb, at timestamptz, bytes bytea, yes bool, big numeric(12, 2)";
    const table = await cityTable([], { columns, write: columns }, more);
    const { pool } = await database();
    const row = (/** @type {number} */ i) => ({
      ...{ id: i, name: `\\N\t\r\n\\. '";--$1`, words: ["{", null, 'a"\\b', "NULL", ""] },
      ...{ data: { list: [1, '"\\', null] }, at: new Date(0), bytes: Buffer.from([0, 255, 92]) },
      ...{ yes: i % 2 === 0, big: 1.005 },
    });
    const rows = Array.from({ length: 10_001 }, (_, i) => row(i + 1));
    assert.equal((await table.batchInsert(rows)).written, 10_001);
    assert.equal((await table.batchInsert([row(20_000)])).written, 1);
    const [copied, inserted] = (
      await pool.query(`SELECT * FROM ${table.quoted} WHERE id IN (2, 20000) ORDER BY id`)
    ).rows;
    assert.deepEqual(copied, { ...inserted, id: 2 });
    assert.equal(copied.name, row(1).name);
    assert.deepEqual(copied.words, row(1).words);
    assert.deepEqual(copied.data, row(1).data);
    assert.deepEqual(copied.bytes, row(1).bytes);
  });

  test("a constraint that is checked at the end finds its record too", async () => {
    const table = await cityTable([], options);
    const { pool } = await database();
    await pool.query(`ALTER TABLE ${table.quoted} ADD parent int
      REFERENCES ${table.quoted} DEFERRABLE INITIALLY DEFERRED`);
    const write = ["id", "parent"];
    const child = postgresTable(pool, table.name, { columns: write, write });
    const rows = Array.from({ length: 3000 }, (_, i) => ({ id: i + 1, parent: i ? i : null }));
    rows[1500].parent = 99_999;
    const result = await child.batchInsert(rows);
    // Those of the same statement that follow have a parent: each is the next one's.
    assert.deepEqual(codes(result).slice(0, 1), [[1500, "BAD_ROW", `cities"3_parent_fkey`]]);
    assert.equal(result.written + result.errors.length, 3000);
  });

  test("row security and views are written without COPY", async () => {
    const table = await cityTable([], options);
    const { pool, server } = await database();
    await pool.query(`CREATE VIEW places AS SELECT * FROM ${table.quoted};
      CREATE ROLE writer LOGIN; GRANT ALL ON ${table.quoted} TO writer;
      ALTER TABLE ${table.quoted} ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON ${table.quoted} USING (true) WITH CHECK (population <> 5)`);
    const view = postgresTable(pool, "places", options);
    assert.equal((await view.batchInsert(rowsOf(10_001))).written, 10_001);
    await pool.query(`TRUNCATE ${table.quoted}`);
    const connectionString = server.url.replace("apus@", "writer@");
    const writers = new pg.Pool({ connectionString, max: 2 });
    const result = await postgresTable(writers, table.name, options).batchInsert(rowsOf(10_001));
    await writers.end();
    assert.deepEqual([result.written, ...codes(result)], [10_000, [5, "FORBIDDEN", undefined]]);
  });

  test("serialization failures are repeated, a lost connection ends it", async () => {
    const table = await cityTable([], options);
    const { pool } = await database();
    await pool.query(`CREATE SEQUENCE failures;
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.id = 500 AND nextval('failures') < 3 THEN RAISE SQLSTATE '40001'; END IF;
        IF NEW.name = 'end' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON ${table.quoted} FOR EACH ROW EXECUTE FUNCTION fail()`);
    const result = await table.batchInsert(rowsOf(1000));
    assert.deepEqual([result.written, table.stats.retries], [1000, 2]);
    for (const length of [2000, 30_000]) {
      const rows = rowsOf(length).map((row) => ({ ...row, id: row.id + 10_000 }));
      rows[length - 1].name = "end";
      let checkpoint = 0;
      const lost = table.batchInsert(rows, {
        onprogress: (/** @type {any} */ progress) => {
          checkpoint = progress.checkpoint;
        },
      });
      await assert.rejects(lost, /terminat/);
      // What the progress says is there, and nothing of the batch that was lost.
      assert.equal(await count(table), 1000 + checkpoint);
      assert.equal(checkpoint, length === 2000 ? 1000 : 25_000);
      await pool.query(`DELETE FROM ${table.quoted} WHERE id > 10000`);
    }
  });

  test("a signal ends a COPY, and its rows are gone", async () => {
    const table = await cityTable([], options);
    const stop = new AbortController();
    const rows = rowsOf(20_000);
    // Read while it is copied.
    Object.defineProperty(rows[9000], "name", {
      enumerable: true,
      get: () => {
        stop.abort(new Error("enough"));
        return "x".repeat(100_000);
      },
    });
    await assert.rejects(table.batchInsert(rows, { signal: stop.signal }), /enough/);
    assert.equal(await count(table), 0);
    assert.equal((await table.batchInsert(rowsOf(3))).written, 3);
  });
});
