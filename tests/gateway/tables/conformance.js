// What every table of a gateway does, in memory or in PostgreSQL.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, refused } from "../open.js";
import { cities, sorted } from "./cities.js";

/** @typedef {Record<string, any>} Row */

export const options = {
  columns: ["id", "name", "country", "population"],
  filters: ["country", "population"],
  orders: {
    population: ["population desc", "id"],
    country: ["country desc nulls last", "population", "id desc"],
    nulls: ["population nulls first", "country desc"],
  },
  search: ["name"],
  write: ["id", "name", "country", "population"],
  pageMax: 50,
};

export const json = (/** @type {Response} */ response) => response.json();
export const query = (/** @type {Row} */ parameters) => new URLSearchParams(parameters).toString();

/**
 * @param {(rows: Row[], options: any) => Promise<any>} make a table with these rows
 * @param {string | false} [skip]
 */
export function conformance(make, skip = false) {
  const it = (/** @type {string} */ name, /** @type {() => Promise<void>} */ body) =>
    test(name, { skip, timeout: 60_000 }, body);

  /** @param {any} [more] of the gateway @param {any} [own] of the table */
  const opened = async (more = {}, own = {}) => {
    const table = await make(cities, { ...options, ...own });
    const { gateway, ask } = await open({ tables: { cities: table }, ...more });
    const get = (/** @type {Row} */ parameters) => ask(`table/cities?${query(parameters)}`);
    const send = (
      /** @type {string} */ method,
      /** @type {string} */ path,
      /** @type {unknown} */ body,
      /** @type {HeadersInit} */ headers = {},
    ) =>
      ask(`table/cities${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    return { gateway, ask, get, send };
  };

  it("pages hold every row once, in the order, in both directions", async () => {
    const { get } = await opened();
    for (const order of ["population", "country", "nulls", undefined]) {
      const asked = { size: "7", ...(order && { order }) };
      const forth = [];
      let cursor = null;
      let page;
      do {
        page = /** @type {any} */ (
          await json(await get({ ...asked, ...(cursor && { after: cursor }) }))
        );
        assert.equal(page.previous === null, cursor === null);
        forth.push(...page.rows);
        cursor = page.next;
      } while (cursor);
      assert.equal(new Set(forth.map(({ id }) => id)).size, 60);
      assert.deepEqual(forth, sorted(order));
      const back = [...page.rows];
      for (cursor = page.previous; cursor; cursor = page.previous) {
        page = await json(await get({ ...asked, before: cursor }));
        assert.notEqual(page.next, null);
        back.unshift(...page.rows);
      }
      assert.deepEqual(back, forth);
    }
  });

  it("filters, ranges, search, columns and totals", async () => {
    const { get } = await opened();
    const of = async (/** @type {Row} */ parameters) =>
      /** @type {any} */ (await json(await get({ size: "50", ...parameters })));
    const where = JSON.stringify({ country: "DE", population: { gte: 1000, lt: 4000 } });
    const some = await of({ where, count: "1", columns: "population" });
    assert.ok(some.total > 0 && some.total === some.rows.length);
    for (const row of some.rows) {
      assert.deepEqual(Object.keys(row), ["id", "population"]);
      assert.ok(row.population >= 1000 && row.population < 4000);
    }
    const none = await of({ where: JSON.stringify({ country: null }) });
    assert.equal(none.rows.length, 15);
    const found = await of({ search: "RIVER city -5", count: "1" });
    assert.equal(
      found.total,
      cities.filter(({ name }) => /river/.test(name) && !/ 5/.test(name)).length,
    );
  });

  it("a page by ordinal says where it is", async () => {
    const { get } = await opened();
    const page = /** @type {any} */ (await json(await get({ size: "5", at: "20" })));
    assert.equal(page.at, 20);
    assert.deepEqual(
      page.rows.map((/** @type {Row} */ row) => row.id),
      [21, 22, 23, 24, 25],
    );
    const before = /** @type {any} */ (await json(await get({ size: "5", before: page.previous })));
    assert.equal(before.rows[4].id, 20);
  });

  it("aggregates count and sum by group", async () => {
    const { get } = await opened();
    const { groups } = /** @type {any} */ (
      await json(await get({ aggregate: "count", by: "country" }))
    );
    assert.deepEqual(groups, [
      { by: "DE", value: 15 },
      { by: "FR", value: 15 },
      { by: "PT", value: 15 },
      { by: null, value: 15 },
    ]);
    const sum = await json(await get({ aggregate: "sum:population" }));
    const value = cities.reduce((all, { population }) => all + (population ?? 0), 0);
    assert.deepEqual(sum, { groups: [{ by: null, value }] });
  });

  it("what is not in the allow-list is refused", async () => {
    const { get, ask } = await opened();
    for (const parameters of [
      { where: `{"secret":"s"}` },
      { where: `{"population":{"like":"%"}}` },
      { where: `{"population":"1 OR 1=1"}`, order: `population"; DROP TABLE cities; --` },
      { where: "[" },
      { order: "secret" },
      { columns: "secret" },
      { aggregate: "sum:secret" },
      { aggregate: "count", by: "secret" },
      { size: "51" },
      { size: "1; DROP TABLE cities" },
      { at: "-1" },
      { limit: "1" },
    ]) {
      assert.deepEqual(
        await refused(await get(parameters)),
        [400, "BAD_FILTER"],
        JSON.stringify(parameters),
      );
    }
    assert.deepEqual(await refused(await ask("table/towns")), [404, "UNKNOWN_TABLE"]);
  });

  it("cursors of another query, or changed ones, are refused", async () => {
    const { get } = await opened();
    const { next } = /** @type {any} */ (await json(await get({ size: "5", order: "population" })));
    const [body, mac] = next.split(".");
    const forged = Buffer.from(`["1","2"]`).toString("base64url");
    for (const parameters of [
      { after: next },
      { after: next, order: "population", where: `{"country":"DE"}` },
      { after: `${forged}.${mac}`, order: "population" },
      { after: `${body}.${mac.slice(0, -2)}`, order: "population" },
      { before: "x", order: "population" },
      { before: "", order: "population" },
    ]) {
      assert.deepEqual(
        await refused(await get(parameters)),
        [400, "BAD_CURSOR"],
        JSON.stringify(parameters),
      );
    }
  });

  it("a row is inserted, changed and deleted, and the log hears of it", async () => {
    const { gateway, send, ask } = await opened();
    /** @type {string[]} */
    const told = [];
    const { invalidate } = gateway.values;
    gateway.values.invalidate = (tags, prefixes) => {
      told.push(...tags);
      return invalidate.call(gateway.values, tags, prefixes);
    };
    const row = { id: 100, name: "Évora", country: "PT", population: 53591 };
    const made = await send("POST", "", row);
    assert.equal(made.status, 201);
    assert.deepEqual(await json(made), { row });
    const next = { row: { ...row, population: 2 } };
    assert.deepEqual(await json(await send("PATCH", "/100", { population: 2 })), next);
    const read = await ask("table/cities/100");
    assert.equal(read.headers.get("apus-tags"), "cities,cities%3A100");
    assert.deepEqual(await json(read), next);
    assert.deepEqual(await json(await send("DELETE", "/100")), next);
    assert.deepEqual(await refused(await send("DELETE", "/100")), [404, "NOT_FOUND"]);
    assert.deepEqual(await refused(await ask("table/cities/100")), [404, "NOT_FOUND"]);
    const both = ["cities:100", "cities:rows"];
    assert.deepEqual(told, [...both, ...both, ...both]); // it also moved
  });

  it("rows that cannot be are refused", async () => {
    const { send } = await opened();
    assert.deepEqual(await refused(await send("POST", "", { id: 1, name: "x" })), [
      409,
      "CONFLICT",
    ]);
    const other = await send("POST", "", { id: 200, secret: "mine" });
    const { status, code, column } = /** @type {any} */ (await json(other));
    assert.deepEqual([status, code, column], [422, "BAD_ROW", "secret"]);
    assert.deepEqual(await refused(await send("POST", "", [])), [422, "BAD_ROW"]);
    assert.deepEqual(await refused(await send("PATCH", "/1", {})), [422, "BAD_ROW"]);
    assert.deepEqual(await refused(await send("PUT", "/1", {})), [405, "METHOD_NOT_ALLOWED"]);
    const { send: all } = await opened({ authorize: undefined });
    assert.deepEqual(await refused(await all("DELETE", "/1")), [403, "FORBIDDEN"]);
  });

  it("a change with a key is made once", async () => {
    const { send, get } = await opened();
    const headers = { "idempotency-key": `"k 1"` };
    const row = { id: 300, name: "Once" };
    const first = await send("POST", "", row, headers);
    const again = await send("POST", "", row, { "idempotency-key": "k 1" });
    assert.deepEqual([first.status, again.status], [201, 201]);
    assert.equal(first.headers.get("idempotent-replayed"), null);
    assert.equal(again.headers.get("idempotent-replayed"), "true");
    assert.deepEqual(await json(again), await json(first));
    const changed = await send("POST", "", { ...row, name: "Other" }, headers);
    assert.deepEqual(await refused(changed), [422, "KEY_REUSED"]);
    // A refusal is an answer too.
    const bad = () => send("POST", "", { id: 1 }, { "idempotency-key": "k2" });
    assert.deepEqual(await refused(await bad()), [409, "CONFLICT"]);
    const same = await bad();
    assert.equal(same.headers.get("idempotent-replayed"), "true");
    assert.deepEqual(await refused(same), [409, "CONFLICT"]);
    assert.equal(/** @type {any} */ (await json(await get({ count: "1" }))).total, 61);
    const many = await Promise.all(
      Array.from({ length: 8 }, () => send("POST", "", { id: 301 }, { "idempotency-key": "k3" })),
    );
    const made = many.filter(
      ({ status, headers }) => status === 201 && !headers.has("idempotent-replayed"),
    );
    assert.equal(made.length, 1);
    for (const { status } of many) assert.ok(status === 201 || status === 409);
  });

  it("a tenant sees and changes its own rows only", async () => {
    const { send, get, ask } = await opened(
      { user: (/** @type {Request} */ request) => request.headers.get("x-user") },
      { tenant: (/** @type {string} */ user) => ({ owner: user }) },
    );
    const as = (/** @type {string} */ user) => ({ headers: { "x-user": user } });
    const mine = /** @type {any} */ (
      await json(await ask("table/cities?size=5&count=1", as("ann")))
    );
    assert.equal(mine.total, 30);
    assert.equal((await ask("table/cities/1", as("ann"))).status, 404);
    assert.equal((await ask("table/cities/2", as("ann"))).status, 200);
    const theirs = await ask(`table/cities?size=5&after=${mine.next}`, as("bob"));
    assert.deepEqual(await refused(theirs), [400, "BAD_CURSOR"]);
    const ann = { "x-user": "ann" };
    assert.equal((await send("PATCH", "/1", { name: "mine" }, ann)).status, 404);
    assert.equal((await send("DELETE", "/1", undefined, ann)).status, 404);
    assert.equal((await send("POST", "", { id: 400, name: "new" }, ann)).status, 201);
    assert.equal((await ask("table/cities/400", as("bob"))).status, 404);
    assert.equal((await send("POST", "", { id: 401, owner: "bob" }, ann)).status, 403);
    assert.deepEqual(await refused(await get({})), [403, "FORBIDDEN"]);
    await assert.rejects(opened({}, { tenant: () => ({ owner: "ann" }) }), /cities.*user/);
  });
}
