import assert from "node:assert/strict";
import { test } from "node:test";
import { sizes } from "../../tools/size.js";

for (const { name, bytes, budget } of await sizes()) {
  test(`${name} stays within ${budget / 1024} KB gzipped`, () => {
    assert.ok(bytes <= budget, `${bytes} bytes, budget ${budget}`);
  });
}
