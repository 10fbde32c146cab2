import { func } from "../core/check.js";

/**
 * @template Item
 * @typedef {import("../elements/list/apus-list.js").ApusList<Item>} ApusList
 */
/**
 * @template Item
 * @typedef {object} ReactListProps
 * @property {(item: Item, index: number) => import("react").ReactNode} renderItem what a row shows;
 *   keep the function (`useCallback`) to spare the mounted rows a render
 * @property {import("react").ReactNode} [fallback] shown in a row that suspends; default: the nearest
 *   `Suspense` around the list shows its own
 * @property {import("react").ReactNode} [empty] shown when the list has no rows
 * @property {import("react").ReactNode} [loading] copied into rows whose page is loading
 * @property {import("react").ReactNode} [failed] copied into rows whose page failed
 * @property {import("react").Ref<ApusList<Item>>} [ref]
 */
/**
 * Props of `List`, besides those of every HTML element (`id`, `style`, `aria-label`).
 * @template Item
 * @typedef {import("../elements/types/wrappers.js").ListSettings<Item> & import("../elements/types/wrappers.js").ListHandlers & ReactListProps<Item>} OwnListProps
 */
/**
 * @template Item
 * @typedef {OwnListProps<Item> & Omit<import("react").HTMLAttributes<HTMLElement>, keyof OwnListProps<Item> | "children">} ListProps
 */

/** Props that the element has as properties. */
const options = /** @type {const} */ ([
  "estimate",
  "overscan",
  "gap",
  "axis",
  "lanes",
  "masonry",
  "scroller",
  "stickToEnd",
  "reorder",
  "selection",
]);

/** The events of the element, by their props. */
export const events = {
  onRangeChange: "rangechange",
  onReachStart: "reachstart",
  onReachEnd: "reachend",
  onReorder: "reorder",
  onFind: "find",
  onCopied: "copied",
  onSelectionChange: "selectionchange",
  onError: "error",
};

/** All that is not an attribute of the element. */
const known = new Set([
  ...options,
  ...Object.keys(events),
  ..."items source renderItem keyOf initialCount fallback empty loading failed".split(" "),
  ..."textOf isHeader className style tabIndex ref children".split(" "),
]);

/** @param {ListProps<any>} props @throws {TypeError} for a wrong type */
export function check(props) {
  func(props.renderItem, "List: renderItem");
  for (const name of /** @type {const} */ (["keyOf", "textOf", "isHeader"])) {
    if (props[name]) func(props[name], `List: ${name}`);
  }
  if (props.items && !Array.isArray(props.items)) {
    throw new TypeError(`List: items must be an array, got ${props.items}`);
  }
}

/** The attributes of every element. @param {ListProps<any>} props @returns {Record<string, unknown>} */
export function attributesOf(props) {
  const rest = Object.fromEntries(Object.entries(props).filter(([name]) => !known.has(name)));
  return { tabindex: props.tabIndex ?? 0, ...rest };
}

/** @type {readonly never[]} */
const none = [];

/** The props that each list has now. @type {WeakMap<HTMLElement, ListProps<any>>} */
const current = new WeakMap();

/**
 * Gives the element what has changed since the last props.
 * @param {import("./row-store.js").RowStore} store @param {ApusList<any>} list @param {ListProps<any>} props
 */
export function update(store, list, props) {
  /** @type {Partial<ListProps<any>>} */
  const old = current.get(list) ?? {};
  current.set(list, props);
  const { items = none, source, keyOf, textOf, isHeader, estimate = 40, axis } = props;
  Object.assign(store, { keyOf, estimate, horizontal: axis === "x" });
  for (const name of options) {
    if (props[name] !== old[name]) /** @type {any} */ (list)[name] = props[name];
  }
  list.keyOf = keyOf;
  list.textOf = textOf ?? store.textOf;
  if (isHeader && !old.isHeader) {
    list.isHeader = (item, index) => current.get(list)?.isHeader?.(item, index) ?? false;
  }
  if (list.renderItem !== store.bind) list.renderItem = store.bind;
  if (source) {
    if (source !== old.source) list.source = source;
  } else if (items !== (old.items ?? (old.source ? undefined : none))) {
    // A list that moves rows changes its array.
    list.items = props.reorder ? [...items] : items;
    store.reindex();
  }
}
