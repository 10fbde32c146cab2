import { after, describe } from "node:test";
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
