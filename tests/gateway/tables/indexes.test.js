// The indexes that tables need: `apus-gateway indexes`.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pageSql } from "../../../js/gateway/postgres/tables/sql.node.js";
import { skip } from "../postgres/server.js";
import { cityTable, database, stop } from "./database.js";

const file = (/** @type {string} */ path) =>
  new URL(`../../../js/gateway/${path}`, import.meta.url);

const options = {
  columns: ["id", "name", "country", "population", "words"],
  filters: ["country", "population", "words"],
  orders: {
    population: ["population desc nulls last", "id"],
    country: ["country", "population desc", "id desc"],
    nulls: ["population nulls first", "name"],
  },
  search: ["name", "country"],
  language: "english",
  tenant: (/** @type {{ name: string }} */ user) => ({ owner: user.name.trim() }),
};

/** Of a plan, all nodes. @param {any} plan @returns {any[]} */
const nodes = (plan) => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

describe("indexes of a table", { skip, timeout: 120_000 }, () => {
  after(stop);

  test("the command prints those that are missing; with them, no query scans the table", async () => {
    const { pool, server } = await database();
    const table = await cityTable([], options, ", words text[]");
    await pool.query(`INSERT INTO ${table.quoted}
      SELECT i, 'city ' || i, 'C' || i % 50, nullif(i % 997, 0), 's', 'u' || i % 20, ARRAY['w' || i % 500]
      FROM generate_series(1, 40000) AS i`);
    const folder = await mkdtemp(join(tmpdir(), "apus-indexes-"));
    const config = join(folder, "gateway.mjs");
    await writeFile(
      config,
      `import pg from ${JSON.stringify(import.meta.resolve("pg"))};
      import { memoryTable, postgresTable } from ${JSON.stringify(file("postgres/index.node.js"))};
      const pool = new pg.Pool({ connectionString: ${JSON.stringify(server.url)} });
      const options = { ...${JSON.stringify(options)}, tenant: ${options.tenant} };
      export default { user: () => null, tables: {
        cities: postgresTable(pool, ${JSON.stringify(table.name)}, options),
        memory: memoryTable([], { columns: ["id"] }),
      } };`,
    );
    /** @param {string[]} args @returns {Promise<{ code: number, out: string, err: string }>} */
    const run = (...args) =>
      new Promise((resolve) => {
        const command = [file("bin.node.js").pathname, "indexes", "--config", config, ...args];
        execFile(process.execPath, command, (error, out, err) =>
          resolve({ code: Number(error?.code ?? 0), out, err }),
        );
      });
    const statements = (/** @type {string} */ out) => out.match(/^CREATE INDEX .*(?=;$)/gm) ?? [];

    const first = await run("--check");
    assert.deepEqual([first.code, first.err], [1, ""]);
    assert.match(first.out, /-- rows by id: exists, cities"1_pkey/);
    const made = statements(first.out);
    const sql = (/** @type {string} */ text) =>
      `CREATE INDEX CONCURRENTLY ON ${table.quoted} ${text}`;
    const text = `coalesce("name"::text, '') || ' ' || coalesce("country"::text, '')`;
    assert.deepEqual(
      made.toSorted(),
      [
        sql(`("owner", "country", "id")`),
        sql(`("owner", "country", "population" DESC, "id" DESC)`),
        sql(`("owner", "id")`),
        sql(`("owner", "population" DESC NULLS LAST, "id")`),
        sql(`("owner", "population" NULLS FIRST, "name", "id")`),
        sql(`USING gin ("words")`),
        sql(`USING gin (to_tsvector('english', ${text}))`),
      ].toSorted(),
    );
    for (const statement of made) await pool.query(statement);
    await pool.query(`VACUUM ANALYZE ${table.quoted}`);
    const second = await run("--check");
    assert.deepEqual([second.code, statements(second.out)], [0, []]);
    assert.equal(second.out.match(/exists/g)?.length, 8);
    await rm(folder, { recursive: true });

    const { spec } = table;
    const selection = { where: spec.where(null), search: "", tenant: { owner: "u7" } };
    const asked = { ...selection, columns: spec.columns };
    const explain = async (/** @type {{ sql: string, values: unknown[] }} */ { sql, values }) => {
      const { rows } = await pool.query(`EXPLAIN (FORMAT JSON) ${sql}`, values);
      const all = nodes(rows[0]["QUERY PLAN"][0].Plan);
      assert.ok(
        all.some((node) => node["Index Name"]),
        JSON.stringify(all),
      );
      assert.ok(
        all.every((node) => node["Node Type"] !== "Seq Scan"),
        sql,
      );
      return all;
    };
    for (const [name, order] of spec.orders) {
      const page = pageSql(spec, table.sqlName, asked, order, { limit: 51 });
      const sorts = (await explain(page)).filter((node) => /Sort/.test(node["Node Type"]));
      assert.deepEqual(sorts, [], name);
      const { rows } = await pool.query(page.sql, page.values);
      const after = order.map((_, i) => rows.at(-1)[`apus ${i}`]);
      const next = await explain(pageSql(spec, table.sqlName, asked, order, { limit: 51, after }));
      // Sorted are the first rows of each range at most.
      for (const node of next) {
        assert.ok(!(/Sort/.test(node["Node Type"]) && node["Plan Rows"] > 400), name);
      }
    }
    const [[, byKey]] = spec.orders;
    for (const where of [{ country: "C7" }, { population: 5 }, { words: { has: "w3" } }]) {
      const query = { ...asked, where: spec.where(JSON.stringify(where)) };
      await explain(pageSql(spec, table.sqlName, query, byKey, { limit: 51 }));
    }
    const found = await explain(
      pageSql(spec, table.sqlName, { ...asked, search: "4711" }, byKey, { limit: 51 }),
    );
    assert.ok(found.some((node) => /@@/.test(node["Index Cond"] ?? "")));
  });

  test("other indexes that do are known, and those that do not are not", async () => {
    const { pool } = await database();
    const own = { columns: ["id", "name"], orders: { name: ["name desc", "id desc"] } };
    const table = await cityTable([], own);
    const names = async () =>
      (await table.indexes()).indexes
        .filter((/** @type {any} */ { uses }) => uses.includes("order name"))
        .map((/** @type {any} */ { name }) => name);
    for (const wrong of [
      `b1 ON ${table.quoted} (name, id DESC)`,
      `b2 ON ${table.quoted} (name text_pattern_ops, id)`,
      `b3 ON ${table.quoted} (name, id) WHERE id > 5`,
      `b4 ON ${table.quoted} (lower(name), id)`,
      `b5 ON ${table.quoted} (name COLLATE "POSIX", id)`,
      `b6 ON ${table.quoted} (name)`,
      `b7 ON ${table.quoted} (id, name)`,
    ]) {
      await pool.query(`CREATE INDEX ${wrong}`);
      assert.deepEqual(await names(), [null], wrong);
    }
    await pool.query(`CREATE INDEX right1 ON ${table.quoted} (name, id, country)`); // read backwards
    assert.deepEqual(await names(), ["right1"]);
  });

  test("a view, and a tenant that cannot be asked, are notes", async () => {
    const { pool } = await database();
    const tenant = (/** @type {any} */ user) => (user.length === 3 ? { owner: "x" } : {});
    const table = await cityTable([], { columns: ["id"], tenant });
    const { indexes, notes } = await table.indexes();
    assert.deepEqual([indexes.length, notes.length], [1, 1]);
    await pool.query(`CREATE VIEW seen AS SELECT * FROM ${table.quoted}`);
    const { postgresTable } = await import("../../../js/gateway/postgres/index.node.js");
    const view = await postgresTable(pool, "seen", { columns: ["id"] }).indexes();
    assert.deepEqual(view.indexes, []);
    assert.match(view.notes[0], /view/);
  });
});
