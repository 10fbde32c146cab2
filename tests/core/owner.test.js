import assert from "node:assert/strict";
import { test } from "node:test";
import { Owner } from "../../js/core/owner.js";

const closed = { name: "ApusError", code: "CLOSED", message: "the Door is closed" };

test("an owner hands out the address until it is disposed, and frees it once", () => {
  const freed = [];
  const owner = new Owner("Door", 16, (address) => freed.push(address));
  assert.equal(owner.address, 16);
  owner.dispose();
  owner.dispose();
  assert.deepEqual(freed, [16]);
  assert.throws(() => owner.address, closed);
  assert.throws(() => owner.check(), closed);
});

test("a closed owner still has its engine, for cleaning up", () => {
  const freed = [];
  const owner = new Owner("Door", 16, (address) => freed.push(address));
  assert.equal(owner.close(), true);
  assert.equal(owner.close(), false);
  assert.equal(owner.closed, true);
  assert.throws(() => owner.check(), closed);
  assert.equal(owner.address, 16);
  owner.dispose();
  assert.deepEqual(freed, [16]);
});

test("addresses are unsigned", () => {
  const freed = [];
  const owner = new Owner("Door", -16, (address) => freed.push(address));
  assert.equal(owner.address, 2 ** 32 - 16);
  owner.dispose();
  assert.deepEqual(freed, [2 ** 32 - 16]);
});

test("an engine that was refused memory is a RangeError", () => {
  assert.throws(() => new Owner("Door", 0, () => {}), RangeError);
});
