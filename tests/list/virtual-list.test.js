import assert from "node:assert/strict";
import test from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
import { VirtualList } from "../../js/list/index.js";

/** @param {import("node:test").TestContext} t @param {import("../../js/list/virtual-list.js").ListOptions} options */
async function make(t, options) {
  const list = await VirtualList.create(options);
  t.after(() => list.dispose());
  return list;
}

test("finds rows by offset and offsets by row", async (t) => {
  const list = await make(t, { rows: 100_000_000, estimate: 40 });
  assert.equal(list.total, 4e9);
  list.measure(7, 100);
  assert.equal(list.offsetOf(8), 7 * 40 + 100);
  assert.equal(list.rowAt(7 * 40 + 99), 7);
  assert.equal(list.rowAt(7 * 40 + 100), 8);
  assert.equal(list.rowAt(Number.POSITIVE_INFINITY), 99_999_999);
});

test("splices keep the sizes of the other rows", async (t) => {
  const list = await make(t, { rows: 1000, estimate: 10 });
  list.measure(500, 99);
  list.splice(100, 50, 200);
  assert.equal(list.size, 1150);
  assert.equal(list.sizeOf(650), 99);
  list.move(650, 0);
  assert.equal(list.sizeOf(0), 99);
});

test("a frame returns the rows to render, with overscan", async (t) => {
  const list = await make(t, { rows: 1000, estimate: 50, overscan: 100 });
  const frame = list.frame(0, 0, 500);
  assert.deepEqual([frame.start, frame.end, frame.extent], [0, 13, 50_000]);
  list.scrollTo(100);
  assert.equal(list.frame(16, 0, 500).scroll, 5000);
  assert.equal(list.frame(32, 5000, 500).first, 100);
});

test("no list is longer than its sums can hold", async (t) => {
  const rows = 2 ** 32 - 2;
  const list = await make(t, { rows, estimate: 16_777_215, gap: 16_777_215 });
  list.setPadding(33_554_431, 33_554_431);
  assert.ok(list.total > 1.4e17, String(list.total));
  assert.ok(list.frame(0, 0, 500).total > list.total);
  list.scrollTo(rows - 1, "end");
  const { position, last } = list.frame(16, 0, 500);
  assert.deepEqual([position > 1.4e17, last], [true, rows - 1]);
  for (const bad of [() => list.setGap(16_777_216), () => list.setEstimate(33_554_431)])
    assert.throws(bad, RangeError);
  await assert.rejects(make(t, { rows, estimate: 33_554_431, gap: 33_554_431 }), RangeError);
});

test("bad input throws before anything changes", async (t) => {
  const list = await make(t, { rows: 10, estimate: 10 });
  for (const bad of [
    () => list.measure(10, 5),
    () => list.measure(0, Number.NaN),
    () => list.measure(0, -1),
    () => list.splice(5, 6, 0),
    () => list.splice(-1, 0, 1),
    () => list.scrollTo(10),
    () => list.setGap(-1),
  ]) {
    assert.throws(bad, RangeError);
  }
  assert.throws(() => list.scrollTo(1, /** @type {any} */ ("middle")), TypeError);
  assert.equal(list.total, 100);
  await assert.rejects(VirtualList.create(/** @type {any} */ ({ row: 5 })), TypeError);
  await assert.rejects(VirtualList.create({ estimate: Number.NaN }), RangeError);
});

test("in masonry, each row goes to the shortest lane", async (t) => {
  const list = await make(t, { rows: 1000, estimate: 50, lanes: 3, gap: 10, masonry: true });
  const size = (/** @type {number} */ row) => 20 + ((row * 37) % 90);
  for (let row = 0; row < 100; row++) list.measure(row, size(row));
  const { start, end } = list.frame(0, 0, 600);
  const ends = [0, 0, 0];
  for (let row = start; row < end; row++) {
    const lane = ends.indexOf(Math.min(...ends));
    assert.deepEqual([list.laneOf(row), list.offsetOf(row)], [lane, ends[lane]], `row ${row}`);
    ends[lane] += size(row) + 10;
  }
  assert.ok(end > 30 && end < 100);
  assert.equal(list.laneOf(999), -1);
  list.setLanes(2, true);
  list.frame(16, 0, 600);
  assert.deepEqual([list.laneOf(0), list.laneOf(1)], [0, 1]);
  assert.throws(() => list.setLanes(65, true), RangeError);
  await assert.rejects(VirtualList.create({ lanes: 65, masonry: true }), RangeError);
  await assert.rejects(VirtualList.create({ masonry: /** @type {any} */ (3) }), TypeError);
});

test("a disposed list throws CLOSED", async () => {
  const list = await VirtualList.create({ rows: 1 });
  list.dispose();
  list.dispose();
  assert.throws(() => list.measure(0, 1), {
    name: "ApusError",
    code: "CLOSED",
    message: "the VirtualList is closed",
  });
});

test("a list that is refused memory halfway frees what it has", async () => {
  const freed = [];
  const core = new Proxy(await loadWasm("list"), {
    get: (core, name) => {
      if (name === "apus_list_set_lanes") return () => 0; // refused
      if (name === "apus_list_delete") return (address) => freed.push(address);
      return core[name];
    },
  });
  assert.throws(() => new VirtualList(core, { rows: 10 }), /out of WASM memory/);
  assert.equal(freed.length, 1);
});
