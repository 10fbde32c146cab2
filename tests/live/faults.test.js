// A short run of the benchmark's faults: whatever fails, each subscriber gets each event that was
// acknowledged, once and in order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Report } from "../../tools/bench/report.js";
import { skip } from "../gateway/servers.js";
import { faults } from "./bench/faults.js";

test("after all faults each subscriber has each event once, in order", {
  skip,
  timeout: 300_000,
}, async () => {
  const result = await faults({ total: 30, seed: 3, withTabs: false }, new Report());
  assert.ok(result.fault_events_delivered > 0);
  for (const name of [
    "events_lost_1000_faults",
    "events_duplicated",
    "events_out_of_order",
    "resumes_unrecovered",
    "positions_wrong",
  ]) {
    assert.equal(result[name], 0, name);
  }
});
