import assert from "node:assert/strict";
import test from "node:test";
import { VirtualList } from "../../js/list/index.js";

test("a noted size below 0 is skipped, and the row keeps its size", async (t) => {
  const list = await VirtualList.create({ rows: 10, estimate: 40 });
  t.after(() => list.dispose());
  list.note(1, 70);
  for (const px of [-5, Number.NEGATIVE_INFINITY, Number.NaN]) list.note(1, px);
  list.note(2, -5);
  list.frame(0, 0, 500);
  assert.deepEqual([list.sizeOf(1), list.sizeOf(2), list.total], [70, 40, 430]);
  list.note(1, 0);
  list.frame(16, 0, 500);
  assert.equal(list.sizeOf(1), 0);
});
