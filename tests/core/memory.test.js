import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";

test("views stay valid when memory grows", async () => {
  const { memory } = await loadWasm("cache");
  const before = memory.u8;
  const size = memory.size;
  memory.room(size * 2); // must grow
  assert.ok(memory.size > size);
  assert.equal(before.length, 0, "the platform detaches the old view");
  assert.equal(memory.u8.length, memory.size);
  const address = memory.write(Uint8Array.of(1, 2, 3, 4));
  assert.deepEqual([...memory.u8.slice(address, address + 4)], [1, 2, 3, 4]);
});

test("an array written is read back in every width", async () => {
  const { memory } = await loadWasm("cache");
  const address = memory.write(Float64Array.of(Math.PI, -1));
  assert.equal(address % 16, 0);
  assert.equal(memory.f64[address / 8], Math.PI);
  const words = memory.write(Uint32Array.of(7, 0xffffffff)) / 4;
  assert.equal(memory.u32[words + 1], 0xffffffff);
  assert.equal(memory.i32[words + 1], -1);
});

test("room beyond the address space is refused, and the buffer stays usable", async () => {
  const { memory } = await loadWasm("cache");
  assert.throws(() => memory.room(4 * 2 ** 30 - 64), RangeError);
  assert.ok(memory.room(16) > 0);
});
