import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { conformance, value } from "./conformance.js";

conformance("memory", async (options) => new MemoryEngine(options));

test("the oldest values go when the memory is full", async () => {
  const engine = new MemoryEngine({ maxBytes: 10_000 });
  for (let i = 0; i < 100; i++) await engine.write(`${i}`, value("x".repeat(300)));
  const kept = await engine.read(Array.from({ length: 100 }, (_, i) => `${i}`));
  const first = kept.findIndex(Boolean);
  assert.ok(first > 50 && first < 99, `${first}`);
  assert.ok(kept.slice(first).every(Boolean));
});
