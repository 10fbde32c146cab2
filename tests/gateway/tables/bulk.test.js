import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { memoryTable } from "../../../js/gateway/postgres/index.node.js";
import { skip } from "../postgres/server.js";
import { bulkConformance } from "./bulk-conformance.js";
import { cityTable, stop } from "./database.js";

describe("batches in memory", () => {
  bulkConformance(async (rows, options) => memoryTable(rows, options));
});

describe("batches in PostgreSQL", { skip, timeout: 120_000 }, () => {
  after(stop);
  bulkConformance(
    (rows, options) => cityTable(rows, options, ", words text[], numbers int[]"),
    skip,
  );
});

test("an iterable that is not read to its end is closed", async () => {
  const table = memoryTable([], { columns: ["id"], write: ["id"] });
  let closed = 0;
  const rows = function* () {
    try {
      for (let i = 0; i < 90_000; i++) yield { id: i % 2 ? i : "" };
    } finally {
      closed++;
    }
  };
  const later = async function* () {
    yield* rows();
  };
  for (const source of [rows(), later()]) {
    await assert.rejects(table.batchInsert(source, { maxErrors: 5 }), { code: "TOO_MANY_ERRORS" });
  }
  assert.equal(closed, 2);
});
