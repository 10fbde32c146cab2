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
  const { events_lost_1000_faults: lost, events_duplicated, events_out_of_order } = result;
  assert.deepEqual(
    { lost, events_duplicated, events_out_of_order, unrecovered: result.resumes_unrecovered },
    { lost: 0, events_duplicated: 0, events_out_of_order: 0, unrecovered: 0 },
  );
});
