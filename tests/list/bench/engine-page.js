// The engines alone, without rows in a document: the cost of measuring a row and
// asking for the range, and of inserting rows.
import { Virtualizer } from "@tanstack/virtual-core";
import { createListLayout, createVirtualStore } from "virtua/unstable_core";
import { VirtualList } from "/apus/index.js";

const viewport = 800;
let seed = 1;
const random = (below) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const px = () => 24 + random(200);

/** Best of `rounds` of the mean time of `run` in us. */
function time(rounds, times, run) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < times; i++) run(i);
    best = Math.min(best, ((performance.now() - start) / times) * 1000);
  }
  return best;
}

// virtua/src/core/store.ts
const actions = { scroll: 1, resize: 3, viewport: 4, length: 5 };

const engines = {
  apus: async (rows) => {
    const list = await VirtualList.create({ rows, estimate: 40, overscan: 400 });
    let now = 0;
    return {
      measureAndRange(row, size) {
        list.note(row, size);
        return list.frame(now++, 1000, viewport).end;
      },
      insert: (at, count) => list.splice(at, 0, count),
      remove: (at, count) => list.splice(at, count, 0),
      bytes: () => list.bytes,
      end: () => list.dispose(),
    };
  },
  tanstack: async (rows) => {
    const virtualizer = new Virtualizer({
      count: rows,
      estimateSize: () => 40,
      overscan: 10,
      getScrollElement: () => null,
      scrollToFn: () => {},
      observeElementRect: () => {},
      observeElementOffset: () => {},
      initialRect: { width: 800, height: viewport },
      initialOffset: 1000,
    });
    virtualizer.getVirtualItems();
    return {
      measureAndRange(row, size) {
        virtualizer.resizeItem(row, size);
        return virtualizer.getVirtualItems().at(-1)?.index;
      },
      end: () => {},
    };
  },
  virtua: async (rows) => {
    const store = createVirtualStore(createListLayout(rows, 40));
    store.$update(actions.viewport, viewport);
    store.$update(actions.scroll, 1000);
    store.$getRange(400);
    return {
      measureAndRange(row, size) {
        store.$update(actions.resize, [[row, size]]);
        return store.$getRange(400)[1];
      },
      insert: (at, count) => {
        if (at !== 0) throw new Error("virtua inserts at the head only");
        rows += count;
        store.$update(actions.length, rows, true);
      },
      end: () => {},
    };
  },
};

/** Us to measure one random row and ask for the range. */
window.measureAndRange = async (name, rows, times, rounds) => {
  const engine = await engines[name](rows);
  engine.measureAndRange(0, 41);
  seed = 1;
  const us = time(rounds, times, () => engine.measureAndRange(random(rows), px()));
  engine.end();
  return us;
};

/** Us to insert 100 rows anywhere in a measured list, and remove 100 elsewhere. */
window.splice100 = async (rows, measured, times, rounds) => {
  const engine = await engines.apus(rows);
  for (let row = 0; row < measured; row++) engine.measureAndRange(row, px());
  seed = 1;
  const us = time(rounds, times, () => {
    engine.insert(random(rows), 100);
    engine.remove(random(rows), 100);
  });
  engine.end();
  return us / 2;
};

/** Us to insert 100 rows at the head. */
window.headInsert = async (name, rows, times, rounds) => {
  const engine = await engines[name](rows);
  const us = time(rounds, times, () => engine.insert(0, 100));
  engine.end();
  return us;
};

/** Bytes for each row once all are measured. */
window.bytesPerRow = async (rows) => {
  const engine = await engines.apus(rows);
  for (let row = 0; row < rows; row++) engine.measureAndRange(row, px());
  const bytes = engine.bytes() / rows;
  engine.end();
  return bytes;
};
window.ready = true;
