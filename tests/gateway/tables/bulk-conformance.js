// What batches of every table do, in memory or in PostgreSQL.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { open, refused } from "../open.js";
import { json, options } from "./conformance.js";

/** @typedef {Record<string, any>} Row */

/** @param {number} count @param {Row} [more] @returns {Row[]} */
export const rowsOf = (count, more = {}) =>
  Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    name: `Town ${i}\t\\N`,
    population: i,
    ...more,
  }));

/**
 * @param {(rows: Row[], options: any) => Promise<any>} make a table with these rows
 * @param {string | false} [skip]
 */
export function bulkConformance(make, skip = false) {
  const it = (/** @type {string} */ name, /** @type {() => Promise<void>} */ body) =>
    test(name, { skip, timeout: 60_000 }, body);

  /** @param {Row[]} rows @param {any} [own] of the table @param {any} [more] of the gateway */
  const opened = async (rows, own = {}, more = {}) => {
    const table = await make(rows, { ...options, ...own });
    const { gateway, ask } = await open({ tables: { cities: table }, ...more });
    /** @type {string[][]} */
    const told = [];
    const { invalidate } = gateway.values;
    gateway.values.invalidate = (tags, prefixes) => {
      told.push([...tags]);
      return invalidate.call(gateway.values, tags, prefixes);
    };
    const row = async (/** @type {number} */ id) =>
      /** @type {any} */ (await json(await ask(`table/cities/${id}`))).row;
    const total = async () =>
      /** @type {any} */ (await json(await ask("table/cities?size=1&count=1"))).total;
    const send = (/** @type {string} */ query, /** @type {RequestInit} */ init) =>
      ask(`table/cities:batch${query}`, { method: "POST", ...init });
    return { table, ask, row, total, send, told };
  };

  it("bad records fail alone, one error each, and all others are written", async () => {
    const { table, row, total, told } = await opened([{ id: 100_000, name: "there" }]);
    const rows = rowsOf(2500);
    rows[0] = { id: 1, secret: "s" };
    rows[700] = /** @type {any} */ (null);
    rows[1200] = { id: 100_000, name: "again" };
    rows[1201] = { id: 5, name: "twice" };
    rows[2499] = { name: "without a key" };
    /** @type {any[]} */
    const progress = [];
    const result = await table.batchInsert(rows, {
      onprogress: (/** @type {any} */ it) => progress.push(it),
    });
    assert.deepEqual([result.written, result.skipped], [2496, 0]);
    assert.deepEqual(
      result.errors.map(({ index, status, code, column }) => [index, status, code, column]),
      [
        [0, 422, "BAD_ROW", "secret"],
        [700, 422, "BAD_ROW", undefined],
        [1200, 409, "CONFLICT", "id"],
        [1201, 409, "CONFLICT", "id"],
      ],
    );
    for (const { message } of result.errors) assert.equal(typeof message, "string");
    assert.equal(await total(), 2497);
    assert.equal((await row(5)).name, "Town 4\t\\N");
    assert.equal((await row(100_000)).name, "there");
    assert.deepEqual(progress.at(-1), { done: 2500, failed: 4, checkpoint: 2500, total: 2500 });
    // More rows than an event may name are new ones: nobody has them.
    assert.deepEqual(told, [["cities:rows"]]);
  });

  it("the log gets one event with the rows' tags", async () => {
    const { table, told } = await opened([]);
    await table.batchInsert(rowsOf(3));
    await table.batchUpdate([{ id: 2, name: "b" }]);
    assert.deepEqual(told, [
      ["cities:1", "cities:2", "cities:3", "cities:rows"],
      ["cities:2", "cities:rows"],
    ]);
    await table.batchInsert(rowsOf(1), { maxErrors: 1 });
    assert.equal(told.length, 2);
    const all = rowsOf(1500);
    await table.batchInsert(all, { conflict: "update" });
    assert.deepEqual(told.at(-1), ["cities", "cities:rows"]);
  });

  it("any iterable is read with bounded memory, and resumed from a checkpoint", async () => {
    const { table, total, row } = await opened([]);
    assert.equal((await table.batchInsert(new Set(rowsOf(10)))).written, 10);
    const later = await table.batchInsert(Readable.from(rowsOf(30)), { from: 25 });
    assert.deepEqual([later.written, await total(), (await row(26)).population], [5, 15, 25]);
    let read = 0;
    let most = 0;
    const many = (function* () {
      for (const it of rowsOf(60_000, { country: "PT" })) {
        read++;
        yield { ...it, id: it.id + 100 };
      }
    })();
    const result = await table.batchInsert(many, {
      onprogress: (/** @type {any} */ { checkpoint }) => {
        most = Math.max(most, read - checkpoint);
      },
    });
    assert.deepEqual([result.written, result.errors], [60_000, []]);
    assert.ok(most <= 25_001, `${most} rows ahead`);
    assert.equal((await row(60_100)).name, "Town 59999\t\\N");
  });

  it("a conflict is an error, skipped, or an update", async () => {
    const there = rowsOf(3, { country: "DE" });
    const { table, row, total } = await opened(there);
    const rows = [
      { id: 2, name: "new" },
      { id: 9, name: "nine" },
      { id: 9, population: 9 },
    ];
    assert.equal((await table.batchInsert(rows.slice(0, 1))).errors[0].code, "CONFLICT");
    const skipped = await table.batchInsert(rows, { conflict: "skip" });
    assert.deepEqual(skipped, { written: 1, skipped: 2, errors: [] });
    assert.equal((await row(2)).name, there[1].name);
    const updated = await table.batchInsert(rows, { conflict: "update" });
    assert.deepEqual(updated, { written: 3, skipped: 0, errors: [] });
    assert.deepEqual(await row(2), { id: 2, name: "new", country: "DE", population: 1 });
    assert.deepEqual(await row(9), { id: 9, name: "nine", country: null, population: 9 });
    assert.equal(await total(), 4);
  });

  it("changes are written by key, the last of two wins", async () => {
    const { table, row } = await opened(rowsOf(1200));
    const changes = [
      ...rowsOf(1200).map(({ id }) => ({ id, population: id * 2 })),
      ...[
        { id: 7, name: "seven", population: null },
        { id: 7, name: "VII" },
      ],
      ...[{ id: 9999, name: "nobody" }, { name: "no key" }, { id: 8, secret: "s" }, { id: 9 }],
    ];
    const { written, errors } = await table.batchUpdate(changes);
    assert.equal(written, 1202);
    assert.deepEqual(
      errors.map((/** @type {any} */ { index, code, column }) => [index, code, column]),
      [
        [1202, "NOT_FOUND", undefined],
        [1203, "BAD_ROW", "id"],
        [1204, "BAD_ROW", "secret"],
        [1205, "BAD_ROW", undefined],
      ],
    );
    assert.deepEqual(await row(7), { id: 7, name: "VII", country: null, population: null });
    assert.equal((await row(1200)).population, 2400);
  });

  it("tenants hold", async () => {
    const { table, total } = await opened(
      [
        { id: 1, owner: "bob" },
        { id: 2, owner: "ann" },
      ],
      { tenant: (/** @type {string} */ user) => ({ owner: user }) },
      { user: () => "ann" },
    );
    await assert.rejects(table.batchInsert([{ id: 3 }]), { name: "TypeError", message: /tenant/ });
    const tenant = { owner: "ann" };
    const rows = [
      { id: 3 },
      { id: 4, owner: "bob" },
      { id: 1, name: "mine" },
      { id: 2, name: "x" },
    ];
    const { written, errors } = await table.batchInsert(rows, { tenant, conflict: "update" });
    assert.deepEqual(
      [written, ...errors.map((/** @type {any} */ { index, code }) => [index, code])],
      [2, [1, "FORBIDDEN"], [2, "CONFLICT"]],
    );
    const changed = await table.batchUpdate(
      [
        { id: 1, name: "mine" },
        { id: 2, name: "y" },
      ],
      {
        tenant,
      },
    );
    assert.deepEqual([changed.written, changed.errors[0].code], [1, "NOT_FOUND"]);
    assert.equal(await total(), 2);
  });

  it("it stops at a signal, at too many errors, and for bad arguments", async () => {
    const { table, total } = await opened([]);
    const stop = new AbortController();
    const stopped = table.batchInsert(rowsOf(5000), {
      signal: stop.signal,
      onprogress: () => stop.abort(new Error("enough")),
    });
    await assert.rejects(stopped, /enough/);
    assert.ok((await total()) >= 1000 && (await total()) < 5000);
    const silent = new AbortController();
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    const waiting = table.batchInsert(never, { signal: silent.signal });
    silent.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    const bad = Array.from({ length: 30 }, () => ({ secret: 1 }));
    await assert.rejects(table.batchInsert(bad, { maxErrors: 9 }), (/** @type {any} */ error) => {
      assert.deepEqual([error.code, error.details.errors.length], ["TOO_MANY_ERRORS", 9]);
      return true;
    });
    await assert.rejects(table.batchInsert(3), /batchInsert: rows must be/);
    await assert.rejects(table.batchInsert([], { size: 1 }), /unknown option "size"/);
    await assert.rejects(table.batchInsert([], { conflict: "replace" }), /conflict/);
    await assert.rejects(table.batchUpdate([], { conflict: "skip" }), /conflict/);
    assert.deepEqual(await table.batchUpdate([]), { written: 0, skipped: 0, errors: [] });
  });

  it("over HTTP: an array, or lines that are written while they arrive", async () => {
    const { send, total, row } = await opened([], {}, { limits: { records: 3000, body: 500 } });
    const made = await send("", { body: JSON.stringify([{ id: 1, name: "a" }, { id: 1 }, 3]) });
    assert.equal(made.status, 200);
    const { written, errors } = /** @type {any} */ (await json(made));
    assert.equal(written, 1);
    assert.deepEqual(
      errors.map((/** @type {any} */ { index, status, code }) => [index, status, code]),
      [
        [1, 409, "CONFLICT"],
        [2, 422, "BAD_ROW"],
      ],
    );
    const headers = { "content-type": "application/x-ndjson" };
    const text = rowsOf(2500).map((it) => JSON.stringify(it));
    text[9] = "{";
    const body = new Blob([text.join("\n")]).stream();
    const lines = await send(
      "?conflict=skip",
      /** @type {any} */ ({ headers, body, duplex: "half" }),
    );
    const answer = /** @type {any} */ (await json(lines));
    assert.deepEqual([answer.written, answer.skipped, answer.errors.length], [2498, 1, 1]);
    assert.deepEqual([answer.errors[0].index, answer.errors[0].code], [9, "BAD_JSON"]);
    assert.equal(await total(), 2499);
    const patch = { method: "PATCH", body: JSON.stringify([{ id: 1, name: "z" }]) };
    assert.equal((await send("", patch)).status, 200);
    assert.equal((await row(1)).name, "z");

    const all = rowsOf(3001)
      .map((it) => JSON.stringify({ ...it, id: it.id + 5000 }))
      .join("\n");
    const large = /** @type {any} */ (await json(await send("", { headers, body: all })));
    assert.deepEqual([large.status, large.code], [413, "BODY_TOO_LARGE"]);
    const long = `{"name":"${"x".repeat(500)}"}`;
    assert.deepEqual(await refused(await send("", { headers, body: long })), [
      413,
      "BODY_TOO_LARGE",
    ]);
    assert.deepEqual(await refused(await send("", { body: "{}" })), [400, "BAD_JSON"]);
    assert.deepEqual(await refused(await send("?conflict=no", { body: "[]" })), [
      400,
      "BAD_FILTER",
    ]);
    assert.deepEqual(await refused(await send("?size=1", { body: "[]" })), [400, "BAD_FILTER"]);
    const keyed = await send("", { body: "[]", headers: { "idempotency-key": "k" } });
    assert.deepEqual(await refused(keyed), [400, "BAD_HEADER"]);
    const deleted = await send("", { method: "DELETE" });
    assert.deepEqual(await refused(deleted), [405, "METHOD_NOT_ALLOWED"]);
    assert.equal((await send("", { method: "GET" })).status, 405);
    const { send: anyone } = await opened([], {}, { authorize: undefined });
    assert.deepEqual(await refused(await anyone("", { body: "[]" })), [403, "FORBIDDEN"]);
  });

  it("columns of lists are written and filtered by", async () => {
    const own = { columns: ["id", "words", "numbers"], filters: ["words", "numbers"] };
    const { table, ask } = await opened([], { ...own, write: own.columns, orders: {}, search: [] });
    const rows = [
      { id: 1, words: ["a", 'b"\\,', null], numbers: [1, 2] },
      { id: 2, words: ["a"], numbers: [] },
    ];
    assert.equal((await table.batchInsert(rows)).written, 2);
    const one = { method: "POST", body: JSON.stringify({ id: 3, words: ["c"], numbers: [2] }) };
    assert.equal((await ask("table/cities", one)).status, 201);
    await table.batchUpdate([{ id: 3, words: ["c", "d"] }]);
    const of = async (/** @type {any} */ where) => {
      const query = new URLSearchParams({ where: JSON.stringify(where) });
      return /** @type {any} */ (await json(await ask(`table/cities?${query}`))).rows;
    };
    assert.deepEqual(await of({ words: { has: "a" } }), rows);
    assert.deepEqual(await of({ words: { has: ["c", "d"] } }), [
      { id: 3, words: ["c", "d"], numbers: [2] },
    ]);
    assert.deepEqual(await of({ numbers: [1, 2] }), [rows[0]]);
    assert.deepEqual(await of({ numbers: [] }), [rows[1]]);
    assert.deepEqual(await of({ numbers: { has: 2 }, words: { has: "z" } }), []);
  });
}
