import assert from "node:assert/strict";
import { test } from "node:test";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { memoryTable } from "../../../js/gateway/postgres/tables/memory-table.node.js";
import { conformance } from "./conformance.js";

conformance(async (rows, options) => memoryTable(rows, options));

test("bad options name themselves", async () => {
  const bad = (/** @type {any} */ options, /** @type {any} */ rows = []) =>
    memoryTable(rows, options);
  assert.throws(() => bad({}), /columns/);
  assert.throws(() => bad({ columns: ["id"], filter: [] }), /unknown option "filter"/);
  assert.throws(() => bad({ columns: ["id"], language: "x'" }), /language/);
  assert.throws(() => bad({ columns: ["id"], orders: { a: [1] } }), /orders\.a/);
  assert.throws(() => bad({ columns: ["id"] }, [{ id: 1 }, { id: "1" }]), /no two the same/);
  await assert.rejects(Gateway.open({ tables: /** @type {any} */ ({ a: {} }) }), /tables\.a/);
  await assert.rejects(Gateway.open({ secret: "short" }), /secret/);
});
