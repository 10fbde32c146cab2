import { untrack } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { integerIn } from "../core/check.js";
import { HeadlessList } from "../elements/list/headless.js";
import { read } from "./use-cache.js";

const count = integerIn(0, 2 ** 32 - 2);

/**
 * A virtual list in your own markup: `{@attach list.scroller}` and `{@attach list.content}` on the two
 * boxes, `{@attach list.row(index)}` on each of `list.rows`, placed at its `start`. Rows may have any height.
 * It lives as long as its scroller is in the page.
 * @param {import("./types.js").VirtualListOptions} options
 * @returns {import("./types.js").VirtualListHandle}
 * @throws {TypeError | RangeError} for a bad number of rows; `error` has other bad options, and an
 *   `ApusError` `WASM_UNAVAILABLE`
 */
export function useVirtualList({ rows, ...options }) {
  count(read(rows), "useVirtualList: rows");
  /** @type {HeadlessList | undefined} */
  let list;
  /** @type {HTMLElement | undefined} */
  let outer;
  /** @type {HTMLElement | undefined} */
  let inner;
  /** @type {unknown} */
  let error;
  let changed = () => {};
  const subscribe = createSubscriber((update) => {
    changed = update;
    return () => {
      changed = () => {};
    };
  });

  const connect = (/** @type {number} */ size) => {
    if (!outer || !inner) return list?.disconnect();
    if (list) list.setRows(size);
    else {
      list = new HeadlessList({ ...options, rows: size }, () => changed());
      list.loaded.catch((reason) => {
        error = reason;
        changed();
      });
    }
    list.connect(outer, inner);
  };
  return {
    scroller(element) {
      outer = element;
      untrack(() => connect(read(rows)));
      return () => {
        outer = undefined;
        list?.dispose();
        list = undefined;
      };
    },
    content(element) {
      inner = element;
      const size = read(rows); // Svelte attaches it again when they are more or fewer
      count(size, "useVirtualList: rows");
      untrack(() => connect(size));
      return () => {
        inner = undefined;
        list?.disconnect();
      };
    },
    row: (index) => (element) => {
      const own = list;
      own?.measure(element, index);
      return () => own?.forget(element);
    },
    get rows() {
      subscribe();
      return list?.rows ?? [];
    },
    get total() {
      subscribe();
      return list?.total ?? 0;
    },
    get range() {
      subscribe();
      return list?.range ?? { start: 0, end: 0 };
    },
    get error() {
      subscribe();
      return error;
    },
    scrollToIndex: (index, align) => list?.scrollToIndex(index, align),
    splice: (at, removed, inserted) => list?.splice(at, removed, inserted),
  };
}
