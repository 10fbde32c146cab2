import { batch, createEffect, createSignal, getOwner, on, onCleanup, onMount } from "solid-js";
import { isServer } from "solid-js/web";
import { integerIn } from "../core/check.js";
import { HeadlessList } from "../elements/list/headless.js";

/** @typedef {import("./types.js").VirtualListOptions} VirtualListOptions */
/** @typedef {import("./types.js").VirtualListRow} VirtualListRow */

/**
 * A virtual list in your own markup: attach `scroller`, `content` and each row's `ref`, and place each
 * row at its `start`. Rows may have any height. It ends with the owner that made it.
 * @param {VirtualListOptions} options
 * @returns {import("./types.js").VirtualListHandle}
 * @throws {TypeError | RangeError} for a bad number of rows; the nearest `<ErrorBoundary>` gets other bad
 *   options, and an `ApusError` `WASM_UNAVAILABLE`
 */
export function createVirtualList({ rows: count, ...options }) {
  const given = typeof count === "function" ? count : () => count;
  integerIn(0, 2 ** 32 - 2)(given(), "createVirtualList: rows");
  const [rows, setRows] = createSignal(/** @type {readonly VirtualListRow[]} */ ([]));
  const [total, setTotal] = createSignal(0);
  const [range, setRange] = createSignal({ start: 0, end: 0 });
  /** @type {Map<number, { row: VirtualListRow, move: (start: number) => void }>} */
  let known = new Map();
  /** @type {HTMLElement | undefined} */
  let outer;
  /** @type {HTMLElement | undefined} */
  let inner;
  /** @type {HeadlessList | undefined} */
  let list;

  const rowAt = (/** @type {number} */ index, /** @type {number} */ px) => {
    const [start, move] = createSignal(px);
    const row = {
      index,
      get start() {
        return start();
      },
      ref: (/** @type {Element} */ element) => {
        list?.measure(element, index);
        if (getOwner()) onCleanup(() => list?.forget(element));
      },
    };
    return { row, move };
  };
  const update = (/** @type {HeadlessList} */ list) =>
    batch(() => {
      const next = new Map();
      for (const { index, start } of list.rows) {
        const row = known.get(index) ?? rowAt(index, start);
        row.move(start);
        next.set(index, row);
      }
      const same = next.size === known.size && [...next.keys()].every((index) => known.has(index));
      known = next;
      if (!same) setRows([...next.values()].map(({ row }) => row));
      setTotal(list.total);
      setRange(list.range);
    });

  if (!isServer) {
    const made = new HeadlessList({ ...options, rows: given() }, () => update(made));
    list = made;
    const [failure, setFailure] = createSignal(
      /** @type {{ error: unknown } | undefined} */ (undefined),
    );
    made.loaded.catch((error) => setFailure({ error }));
    createEffect(() => {
      const failed = failure();
      if (failed) throw failed.error;
    });
    createEffect(on(given, (count) => made.setRows(count), { defer: true }));
    onMount(() => {
      if (outer && inner) made.connect(outer, inner);
    });
    onCleanup(() => made.dispose());
  }
  return {
    scroller: (element) => {
      outer = element;
    },
    content: (element) => {
      inner = element;
    },
    rows,
    total,
    range,
    scrollToIndex: (index, align) => list?.scrollToIndex(index, align),
    splice: (at, removed, inserted) => list?.splice(at, removed, inserted),
  };
}
