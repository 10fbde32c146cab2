import assert from "node:assert/strict";
import { test } from "node:test";
import { jitter, retryAfter } from "../../js/core/waits.js";

test("the wait doubles with each failure, up to the slowest", () => {
  const most = [0, 1, 2, 3, 60].map((failures) => jitter(failures, 100, 500, 1));
  assert.deepEqual(most, [100, 200, 400, 500, 500]);
  assert.equal(jitter(3, 100, 500, 0), 0);
});

test("Retry-After is seconds or a date, a day at most; nonsense is no wait", () => {
  const of = (/** @type {string | undefined} */ value) =>
    retryAfter(new Headers(value === undefined ? {} : { "retry-after": value }));
  assert.equal(of("7"), 7000);
  const date = of(new Date(Date.now() + 60_000).toUTCString());
  assert.ok(date > 50_000 && date <= 60_000, `${date}`);
  assert.equal(of(new Date(0).toUTCString()), 0);
  assert.equal(of("999999999"), 86_400_000);
  for (const nonsense of ["soon", "-3", "1.5 s", "", undefined]) assert.equal(of(nonsense), 0);
});
