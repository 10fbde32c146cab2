import {
  onMounted,
  onScopeDispose,
  readonly,
  ref,
  shallowReadonly,
  shallowRef,
  toValue,
  watch,
} from "vue";
import { integerIn } from "../core/check.js";
import { HeadlessList } from "../elements/list/headless.js";

/** @typedef {import("./types.js").VirtualListRow} Row */

const count = integerIn(0, 2 ** 32 - 2);

/**
 * A virtual list in your own markup: set `scroller` and `content` as refs of the two boxes, render `rows`
 * with `:ref="row.ref"`, each at its `start`. Rows may have any height. Call it in `setup`; it ends with
 * the component.
 * @param {import("./types.js").VirtualListOptions} options
 * @returns {import("./types.js").VirtualListHandle}
 * @throws {TypeError | RangeError} for a bad number of rows; `error` has other bad options, and an
 *   `ApusError` `WASM_UNAVAILABLE`
 */
export function useVirtualList({ rows: given, ...options }) {
  count(toValue(given), "useVirtualList: rows");
  const scroller = shallowRef(/** @type {HTMLElement | null} */ (null));
  const content = shallowRef(/** @type {HTMLElement | null} */ (null));
  const rows = shallowRef(/** @type {readonly Row[]} */ ([]));
  const total = ref(0);
  const range = shallowRef({ start: 0, end: 0 });
  const error = shallowRef(/** @type {unknown} */ (undefined));
  /** @type {HeadlessList | undefined} */
  let list;
  /** Vue calls a ref again when it is another function. @type {Map<number, Row["ref"]>} */
  let refs = new Map();

  const refOf = (/** @type {number} */ index) => {
    /** @type {Element | undefined} */
    let own;
    return (/** @type {unknown} */ element) => {
      if (own) list?.forget(own);
      own = element instanceof Element ? element : undefined;
      if (own) list?.measure(own, index);
    };
  };
  const update = (/** @type {HeadlessList} */ list) => {
    /** @type {typeof refs} */
    const next = new Map();
    rows.value = list.rows.map(({ index, start }) => {
      const ref = refs.get(index) ?? refOf(index);
      next.set(index, ref);
      return { index, start, ref };
    });
    refs = next;
    total.value = list.total;
    range.value = list.range;
  };

  onMounted(() => {
    const made = new HeadlessList({ ...options, rows: toValue(given) }, () => update(made));
    list = made;
    made.loaded.catch((reason) => {
      error.value = reason;
    });
    watch(
      () => toValue(given),
      (rows) => {
        count(rows, "useVirtualList: rows");
        made.setRows(rows);
      },
    );
    watch(
      [scroller, content],
      ([outer, inner]) => {
        if (outer && inner) made.connect(outer, inner);
        else made.disconnect();
      },
      { immediate: true, flush: "post" },
    );
  });
  onScopeDispose(() => list?.dispose());

  return {
    scroller,
    content,
    rows: shallowReadonly(rows),
    total: readonly(total),
    range: shallowReadonly(range),
    error: shallowReadonly(error),
    scrollToIndex: (index, align) => list?.scrollToIndex(index, align),
    splice: (at, removed, inserted) => list?.splice(at, removed, inserted),
  };
}
