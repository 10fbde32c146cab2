import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { open, refused } from "../open.js";
import { skip } from "../postgres/server.js";
import { until } from "../servers.js";
import { cities } from "./cities.js";
import { conformance, json, options, query } from "./conformance.js";
import { cityTable, database, stop } from "./database.js";

/** @param {any} table */
async function served(table) {
  const { ask } = await open({ tables: { cities: table } });
  const get = async (/** @type {any} */ parameters) =>
    /** @type {any} */ (await json(await ask(`table/cities?${query(parameters)}`)));
  return { ask, get };
}

describe("a table of PostgreSQL", { skip, timeout: 120_000 }, () => {
  after(stop);
  conformance(cityTable);

  test("pages of a changing table: no row twice, none lost while it stays", async () => {
    const table = await cityTable(cities, options);
    const { pool } = await database();
    const { get } = await served(table);
    for (const order of ["", "country"]) {
      const stays = (await pool.query(`SELECT id FROM ${table.quoted}`)).rows.map(({ id }) => id);
      const gone = new Set();
      /** @type {number[]} */
      const seen = [];
      for (let after = ""; ; ) {
        const page = await get({ size: "4", ...(order && { order }), ...(after && { after }) });
        seen.push(...page.rows.map((/** @type {any} */ { id }) => id));
        if (!page.next) break;
        after = page.next;
        // The cursor's own row, a row somewhere, and new ones.
        const victims = [seen.at(-1), stays[Math.floor(Math.random() * stays.length)]];
        for (const id of victims) gone.add(id);
        await pool.query(`DELETE FROM ${table.quoted} WHERE id = ANY ($1)`, [victims]);
        const added = [Math.random() < 0.5 ? "DE" : null, 1000 * Math.floor(Math.random() * 5)];
        const fresh = `INSERT INTO ${table.quoted} (id, country, population) VALUES ($3, $1, $2)`;
        const id = 1000 + Math.floor(Math.random() * 1e6);
        if (seen.length < 40) await pool.query(fresh, [...added, id]);
      }
      assert.equal(new Set(seen).size, seen.length);
      for (const id of stays) assert.ok(gone.has(id) || seen.includes(id), `row ${id}`);
    }
  });

  test("values are never SQL", async () => {
    const table = await cityTable(cities, options);
    const { ask, get } = await served(table);
    const evil = [
      `'; DROP TABLE ${table.quoted}; --`,
      `" OR 1=1 --`,
      `\\'; SELECT 1`,
      "$1",
      "a\0b",
    ];
    for (const text of evil) {
      const where = JSON.stringify({ country: text });
      const found = await get({ where });
      assert.ok(found.code === "BAD_FILTER" || found.rows.length === 0);
      assert.ok([undefined, "BAD_FILTER"].includes((await get({ search: text })).code));
      const id = encodeURIComponent(text);
      assert.equal((await ask(`table/cities/${id}`)).status, 404);
      const made = await ask("table/cities", {
        method: "POST",
        body: JSON.stringify({ id: 500, name: text, [text]: 1 }),
      });
      assert.deepEqual(await refused(made), [422, "BAD_ROW"]);
    }
    assert.deepEqual((await get({ where: `{"population":"1; SELECT 1"}` })).code, "BAD_FILTER");
    assert.equal((await get({ count: "1" })).total, 60);
  });

  test("constraints are reported with their names and columns", async () => {
    const table = await cityTable(cities, options, ", CONSTRAINT small CHECK (population < 1e8)");
    const { ask } = await served(table);
    const post = async (/** @type {any} */ row) => {
      const made = await ask("table/cities", { method: "POST", body: JSON.stringify(row) });
      const { code, column, constraint } = /** @type {any} */ (await json(made));
      return [made.status, code, column, constraint];
    };
    assert.deepEqual(await post({ population: 1e9 }), [422, "BAD_ROW", undefined, "small"]);
    assert.deepEqual(await post({ id: null }), [422, "BAD_ROW", "id", undefined]);
    assert.deepEqual((await post({ country: "much too long" })).slice(0, 2), [422, "BAD_ROW"]);
    const [status, code, column] = await post({ id: 1 });
    assert.deepEqual([status, code, column], [409, "CONFLICT", "id"]);
  });

  test("a jump beyond offsetMax is estimated, and the end is the last page", async () => {
    const table = await cityTable(cities, { ...options, offsetMax: 10 });
    const { get } = await served(table);
    const page = await get({ size: "5", at: "30" });
    assert.deepEqual([page.at, page.estimated, page.rows.length], [30, true, 5]);
    const end = await get({ size: "5", at: "1000" });
    assert.equal(end.rows.at(-1).id, 60);
    assert.equal(end.next, null);
  });

  test("a replica that is away is passed over, and metrics count", async () => {
    const away = (code) => ({
      connect: () => Promise.reject(Object.assign(new Error("away"), { code })),
      ...{ query() {}, totalCount: 0, idleCount: 0, waitingCount: 0 },
    });
    const replicas = ["ECONNREFUSED", "EPIPE"].map(away); // EPIPE has the length of a SQLSTATE
    const table = await cityTable(cities, { ...options, replicas, slow: 0 });
    const { ask, get } = await served(table);
    for (let i = 0; i < 2; i++) assert.equal((await get({ size: "5" })).rows.length, 5);
    const text = await (await ask("metrics")).text();
    assert.match(text, /apus_table_slow_queries_total\{table="cities"\} [1-9]/);
    assert.match(text, /apus_table_pool_connections\{table="cities",state="total"\} [1-9]/);
  });

  test("plans of slow statements are counted, without values, and not too often", async () => {
    const table = await cityTable(cities, { ...options, slow: 0, plans: 0 });
    const { ask, get } = await served(table);
    const plans = async () =>
      (await (await ask("metrics")).text()).match(/^apus_table_slow_plans_total\{.*$/gm) ?? [];
    await until(async () => {
      await get({ size: "5", order: "population", where: `{"country":"DE"}`, search: "river" });
      return (await plans()).length > 0;
    }, "a plan");
    const text = (await plans()).join();
    const name = table.name.replaceAll('"', '\\"');
    assert.ok(text.includes(`{table="cities",plan="Sort, Seq Scan ${name}"}`), text);
    assert.doesNotMatch(text, /DE|river/);

    const rare = await cityTable(cities, { ...options, slow: 0, plans: 1e9 });
    const { get: ask2 } = await served(rare);
    await until(async () => {
      await ask2({ size: "5" });
      return rare.stats.plans.size > 0;
    }, "the first plan");
    await ask2({ size: "5", order: "population" });
    const after = await cityTable(cities, { ...options, slow: 0, plans: 0 });
    const { get: ask3 } = await served(after);
    await until(async () => {
      await ask3({ size: "5" });
      return after.stats.plans.size > 0;
    }, "a plan of another table");
    assert.deepEqual([...rare.stats.plans.values()], [1]);
  });

  test("a serialization failure is tried again, a long statement ends", async () => {
    const table = await cityTable([], { ...options, timeout: 300 });
    let tries = 0;
    const result = await table.work.write(async (transaction) => {
      if (++tries < 3) await transaction.rows("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$");
      return tries;
    });
    assert.deepEqual([result, table.stats.retries], [3, 2]);
    const sleep = table.work.read((transaction) => transaction.rows("SELECT pg_sleep(60)"));
    await assert.rejects(sleep, { code: "57014" });
  });
});
