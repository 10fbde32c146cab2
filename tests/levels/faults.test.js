// A short run of the benchmark's faults: whatever fails, a page ends up with what the servers hold.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Report } from "../../tools/bench/report.js";
import { skip } from "../gateway/servers.js";
import { faults } from "./bench/faults.js";

test("after each fault a page holds nothing that the servers do not", {
  skip,
  timeout: 300_000,
}, async () => {
  const { lost_invalidations: lost } = await faults({ total: 16, seed: 5 }, new Report());
  assert.equal(lost, 0);
});
