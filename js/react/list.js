import {
  createElement,
  Fragment,
  forwardRef,
  memo,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import "../define/list.js";
import { slot, useDomEffect, useHydrating, useListeners } from "./dom.js";
import { attributesOf, check, events, update } from "./list-props.js";
import { RowStore } from "./row-store.js";

/**
 * @template Item
 * @typedef {import("./list-props.js").ListProps<Item>} ListProps
 */

const Rows = memo(
  /** @param {{ store: RowStore, render: (item: any, index: number) => import("react").ReactNode, fallback: import("react").ReactNode }} props */
  ({ store, render, fallback }) => {
    useSyncExternalStore(store.subscribe, store.version, store.version);
    useDomEffect(store.rendered);
    return createElement(Fragment, null, store.portals(render, fallback));
  },
);

/**
 * The rows that a server renders: in the place for a list without rows, so that the page looks
 * alike before and after the element's script has loaded, and until the list has its own rows.
 * @param {ListProps<any>} props
 */
function firstRows({ items = [], renderItem, initialCount = 20, gap, lanes = 1, axis, role }) {
  const option = role === "listbox" ? "option" : "listitem";
  const across = axis === "x" ? { gridAutoFlow: "column", justifyContent: "start" } : {};
  const columns = lanes > 1 && { gridTemplateColumns: `repeat(${lanes}, minmax(0, 1fr))` };
  const style =
    gap || lanes > 1 || axis === "x" ? { display: "grid", gap, ...across, ...columns } : {};
  const rows = items
    .slice(0, initialCount)
    .map((item, index) =>
      createElement(
        "div",
        { key: index, role: option, "aria-posinset": index + 1, "aria-setsize": items.length },
        renderItem(item, index),
      ),
    );
  return createElement("div", { key: "first", slot: "empty", style }, rows);
}

/** @param {ListProps<any>} props @param {import("react").ForwardedRef<any>} ref */
function ListOf(props, ref) {
  check(props);
  const [store] = useState(() => new RowStore());
  /** @type {import("react").RefObject<any>} */
  const host = useRef(null);
  const [hydrated] = useState(useHydrating());
  const started = useSyncExternalStore(store.subscribe, store.started, () => false);
  useDomEffect(() => store.attach(host.current), [store]);
  useListeners(host, events, props);
  useDomEffect(() => update(store, host.current, props));
  useImperativeHandle(ref, () => host.current, []);

  const { renderItem, fallback, empty, loading, failed, className, style, role = "list" } = props;
  const first = hydrated && !started;
  const overflow = props.scroller === "window" ? "visible" : "auto";
  const attributes = {
    ...attributesOf(props),
    role,
    class: className, // what React 18 and 19 both know on custom elements
    style: first ? { display: "block", overflow, ...style } : style,
    // A list that another part of the page has upgraded may have attributes of its own by now.
    suppressHydrationWarning: true,
    renderItem: store.bind, // React 19 sets it before the list starts, which then needs no template
    ref: host,
  };
  return createElement(
    "apus-list",
    attributes,
    first ? firstRows(props) : slot("empty", props.items?.length ? null : empty),
    slot("loading", loading),
    slot("error", failed),
    createElement(Rows, { key: "rows", store, render: renderItem, fallback }), // portals only
  );
}

/**
 * An `<apus-list>` whose rows are React's: `renderItem` returns nodes that have the context around
 * the list, suspend, and are caught by error boundaries. Only the rows in view and some around them
 * are mounted. A row keeps its state while it is mounted and its key stays; give `keyOf` to keep it
 * when rows are added, removed or moved. Scrolling costs one update of React a frame, of the rows
 * that came and went.
 *
 * The server renders the first `initialCount` rows; they are replaced when the list has started.
 * `ref` gives the element, with `scrollToIndex()`, `find()` and all else.
 *
 * @throws {TypeError} while it renders, for props of the wrong type
 * @type {<Item>(props: ListProps<Item>) => import("react").ReactElement}
 */
export const List = /** @type {any} */ (forwardRef(ListOf));
