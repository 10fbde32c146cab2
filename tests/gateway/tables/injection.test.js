// SQL that requests try to bring in: none of their text may ever be in a statement.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, describe, test } from "node:test";
import { open } from "../open.js";
import { skip } from "../postgres/server.js";
import { cities } from "./cities.js";
import { json, options, query } from "./conformance.js";
import { cityTable, database, stop } from "./database.js";

const secret = "0123456789abcdef0123456789abcdef";
/** In all of them, so that it would be found in a statement. */
const mark = "evil";
const texts = [
  `'; DELETE FROM ${mark}; --`,
  `"; DROP TABLE ${mark}; --`,
  `" = "" OR 1=1 /* ${mark} */`,
  `') OR ('1'='1 ${mark}`,
  `\\'; SELECT ${mark}`,
  `$1::text || '${mark}'`,
  `E'\\x27' ${mark}`,
  `$$; SELECT ${mark}; $$`,
  `name) FROM ${mark} --`,
  `${mark}\u02bc OR 1=1`,
  `{"${mark}",NULL}`,
  `${mark}\t\\N\n\\.\n1\tDE`,
];

describe("SQL in requests", { skip, timeout: 120_000 }, () => {
  after(stop);

  /** @param {any} [own] @param {string} [more] */
  const opened = async (own = {}, more = "") => {
    /** @type {string[]} */
    const statements = [];
    const onSlow = (/** @type {{ sql: string }} */ { sql }) => void statements.push(sql);
    const table = await cityTable(cities, { ...options, ...own, slow: 0, onSlow }, more);
    const { ask } = await open({ tables: { cities: table }, secret });
    const { pool } = await database();
    const rows = async () => (await pool.query(`SELECT * FROM ${table.quoted} ORDER BY id`)).rows;
    const clean = () => {
      assert.ok(statements.length > 0);
      for (const sql of statements) assert.ok(!sql.includes(mark), sql);
    };
    return { table, ask, rows, clean };
  };

  test("in parameters, names and JSON", async () => {
    const { ask, rows, clean } = await opened();
    const before = await rows();
    await ask("table/cities?size=1");
    for (const text of texts) {
      for (const parameters of [
        { where: JSON.stringify({ country: text }) },
        { where: JSON.stringify({ country: { gt: text, lte: text } }) },
        { where: JSON.stringify({ country: { has: [text] } }) },
        { where: JSON.stringify({ country: [text, text] }) },
        { where: JSON.stringify({ [text]: 1 }) },
        { where: JSON.stringify({ country: { [text]: 1 } }) },
        { where: JSON.stringify({ country: { eq: { [text]: text } } }) },
        { where: `{"__proto__":{"country":"${mark}"},"constructor":"${mark}"}` },
        { where: text },
        { search: text },
        { order: text },
        { order: "__proto__" },
        { columns: `id,${text}` },
        { columns: text },
        { aggregate: text },
        { aggregate: `sum:${text}` },
        { aggregate: "count", by: text },
        { size: text },
        { at: text },
        { count: text },
        { [text]: "1" },
      ]) {
        const answer = await ask(`table/cities?${query(parameters)}`);
        const what = `${JSON.stringify(parameters)}: ${answer.status}`;
        assert.ok(answer.status === 200 || answer.status === 400, what);
        const { rows: found } = /** @type {any} */ (await json(answer));
        if (parameters.where && found) assert.deepEqual(found, [], what);
      }
      const id = encodeURIComponent(text);
      assert.equal((await ask(`table/cities/${id}`)).status, 404);
      const change = { method: "PATCH", body: `{"name":"${mark}"}` };
      assert.ok((await ask(`table/cities/${id}`, change)).status >= 400);
      assert.ok((await ask(`table/cities/${id}`, { method: "DELETE" })).status >= 400);
      assert.equal((await ask(`table/${id}?size=1`)).status, 404);
    }
    assert.deepEqual(await rows(), before);
    clean();
  });

  test("in cursors, forged, and signed as the gateway does", async () => {
    const { ask, rows, clean } = await opened();
    const before = await rows();
    await ask("table/cities?size=1");
    for (const text of texts) {
      for (const values of [[text, text], [text], [{ [text]: text }, [text]], text]) {
        const body = Buffer.from(JSON.stringify(values)).toString("base64url");
        const scope = JSON.stringify(["cities", "population", [], "", {}]);
        const mac = createHmac("sha256", secret)
          .update(`${scope}\n${body}`)
          .digest()
          .subarray(0, 16);
        for (const cursor of [text, `${body}.`, `${body}.${mac.toString("base64url")}`]) {
          for (const side of ["after", "before"]) {
            const asked = query({ size: "5", order: "population", [side]: cursor });
            const answer = await ask(`table/cities?${asked}`);
            assert.ok(answer.status >= 400 && answer.status < 500, `${cursor}: ${answer.status}`);
          }
        }
      }
    }
    assert.deepEqual(await rows(), before);
    clean();
  });

  test("in rows, one by one, in statements and by COPY", async () => {
    const own = { columns: ["id", "name", "words"], write: ["id", "name", "words"] };
    const { table, ask, rows, clean } = await opened(own, ", words text[]");
    const before = (await rows()).length;
    const made = texts.map((text, i) => ({ id: 1000 + i, name: text, words: [text, null] }));
    for (const row of made) {
      const one = await ask("table/cities", { method: "POST", body: JSON.stringify(row) });
      assert.deepEqual(await json(one), { row });
      const named = { method: "POST", body: JSON.stringify({ [row.name]: 1 }) };
      assert.equal((await ask("table/cities", named)).status, 422);
      const key = { "idempotency-key": `${mark} '; --`, "content-type": "application/json" };
      const again = { method: "PATCH", body: `{"name":"x"}`, headers: key };
      assert.ok((await ask(`table/cities/${row.id}`, again)).status < 500);
    }
    const moved = (/** @type {number} */ by) => made.map((row) => ({ ...row, id: row.id + by }));
    assert.equal((await table.batchInsert(moved(1000))).written, texts.length);
    const filled = Array.from({ length: 10_001 }, (_, i) => ({
      id: 10_000 + i,
      name: "n",
      words: [],
    }));
    assert.equal((await table.batchInsert([...filled, ...moved(2000)])).errors.length, 0);
    const changes = moved(1000).map(({ id, name }) => ({ id, name: `${name}!`, words: [name] }));
    assert.equal((await table.batchUpdate(changes)).written, texts.length);
    const bad = await table.batchInsert(texts.map((text) => ({ [text]: text })));
    assert.deepEqual([bad.written, bad.errors.length], [0, texts.length]);
    const all = await rows();
    assert.equal(all.length, before + texts.length * 3 + 10_001);
    for (const [i, text] of texts.entries()) {
      const of = (/** @type {number} */ id) => {
        const { name, words } = all.find((row) => row.id === id + i) ?? {};
        return [name, words];
      };
      assert.deepEqual(of(3000), [text, [text, null]]);
      assert.deepEqual(of(2000), [`${text}!`, [text]]);
    }
    clean();
  });

  test("names of the options are quoted", async () => {
    const { pool } = await database();
    const evil = `na"me; DROP TABLE ${mark}; --`;
    const { postgresTable } = await import("../../../js/gateway/postgres/index.node.js");
    const quoted = `"${evil.replaceAll('"', '""')}"`;
    await pool.query(`CREATE TABLE ${quoted} (id int PRIMARY KEY, ${quoted} text)`);
    const table = postgresTable(pool, evil, {
      ...{ columns: ["id", evil], filters: [evil], write: ["id", evil], search: [evil] },
      orders: { o: [`${evil} desc`] },
    });
    const { ask } = await open({ tables: { cities: table } });
    const row = { id: 1, [evil]: "x" };
    assert.equal((await table.batchInsert([row])).written, 1);
    assert.equal((await table.batchUpdate([row])).written, 1);
    const asked = query({ order: "o", where: JSON.stringify({ [evil]: "x" }), search: "x" });
    assert.deepEqual((await json(await ask(`table/cities?${asked}`))).rows, [row]);
    for (const { sql, name } of (await table.indexes()).indexes) if (!name) await pool.query(sql);
    assert.ok((await table.indexes()).indexes.every(({ name }) => name));
  });
});
