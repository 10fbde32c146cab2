// The list of the frameworks' hooks, before it has a document.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadlessList } from "../../js/elements/list/headless.js";

const nothing = () => {};

test("a jump before the engine has loaded is checked at once", async () => {
  const list = new HeadlessList({ rows: 10 }, nothing);
  assert.throws(() => list.scrollToIndex(10), RangeError);
  assert.throws(() => list.scrollToIndex(1, /** @type {any} */ ("middle")), TypeError);
  list.scrollToIndex(9, "end");
  list.setRows(3); // the row is gone when the engine has loaded
  await list.loaded;
  assert.throws(() => list.scrollToIndex(3), RangeError);
  list.dispose();
});

test("options that change while the engine loads are the ones that count", async () => {
  const list = new HeadlessList({ rows: 10, estimate: 30 }, nothing);
  list.setOptions({ estimate: -1 });
  await assert.rejects(list.loaded, RangeError);
  list.dispose();
});

test("wrong options reject, and a list that was disposed of does not", async () => {
  const wrong = new HeadlessList({ rows: 1, gap: Number.NaN }, nothing);
  await assert.rejects(wrong.loaded, RangeError);
  const gone = new HeadlessList({ rows: 1 }, nothing);
  gone.dispose();
  await gone.loaded;
});
