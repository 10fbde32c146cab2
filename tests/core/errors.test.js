import assert from "node:assert/strict";
import { test } from "node:test";
import { ApusError } from "../../js/core/errors.js";

test("an ApusError has its code, its name and its cause", () => {
  const cause = new Error("why");
  const error = new ApusError("CLOSED", "used after close()", { cause });
  assert.ok(error instanceof Error);
  assert.equal(error.code, "CLOSED");
  assert.equal(error.name, "ApusError");
  assert.equal(error.cause, cause);
  assert.match(String(error), /^ApusError: used after close\(\)$/);
});
