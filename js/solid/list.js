import {
  batch,
  createComponent,
  createEffect,
  createRoot,
  createSignal,
  getOwner,
  onCleanup,
  sharedConfig,
  splitProps,
  $TRACK as track,
  untrack,
} from "solid-js";
import {
  escape as escaped,
  getNextElement,
  insert,
  isServer,
  NoHydration,
  spread,
  ssrElement,
} from "solid-js/web";
import { define, make } from "../elements/base.js";
import { ApusList } from "../elements/list/apus-list.js";
import { takeOver } from "../elements/list/take-over.js";

/** Properties of the element that also are attributes. */
const attributes = /** @type {const} */ ([
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
const others = /** @type {const} */ (["keyOf", "recycle", "isHeader", "textOf", "source"]);
const own = /** @type {const} */ (["each", "children", "fallback", "initialCount"]);

/**
 * @template Item
 * @typedef {import("./types.js").ListProps<Item>} ListProps
 */

/**
 * A virtual list whose rows are components: `<List each={cities()}>{(city, i) => …}</List>`. Each row
 * has an owner below the list's, so contexts reach it, and it is disposed of when the row goes away.
 * A row costs one root and two signals. On a server, renders the first `initialCount` rows.
 * @template Item
 * @param {ListProps<Item>} props
 * @returns {import("solid-js").JSX.Element} an `<apus-list>`
 */
export function List(props) {
  const [mine, settings, rest] = splitProps(props, own, [...attributes, ...others]);
  if (isServer) return onServer(mine, settings, rest);

  const hydrating = Boolean(sharedConfig.context);
  const [isPrepared, setPrepared] = createSignal(!hydrating);
  const [isReady, setReady] = createSignal(!hydrating);
  const element = /** @type {ApusList<Item>} */ (
    getNextElement(() => document.createElement("apus-list"))
  );
  if (hydrating)
    takeOver(
      element,
      () => setPrepared(true),
      () => setReady(true),
    );
  else define("apus-list", ApusList);
  spread(element, rest, false, true);

  const rows = rowsOf(mine.children);
  onCleanup(rows.dispose);
  // Effects run when the list is in the document and hydration has ended.
  createEffect(() => {
    if (!isPrepared()) return;
    for (const name of [...attributes, ...others])
      createEffect(() => {
        const value = settings[name];
        if (value !== undefined || element[name]) Object.assign(element, { [name]: value });
      });
    untrack(() => {
      element.releaseItem = rows.release;
      element.renderItem = rows.render;
      element.addEventListener("rangechange", rows.count);
    });
    createEffect(() => {
      if (settings.source || !isReady()) return;
      element.items = plain(mine.each ?? []);
      rows.count();
    });
    createEffect(() => {
      if (!isReady()) return; // the server's rows have that slot
      const empty = make("div", { slot: "empty" });
      insert(empty, () => mine.fallback);
      element.append(empty);
    });
  });
  return element;
}

/**
 * The mounted rows, by their elements.
 * @template Item
 * @param {ListProps<Item>["children"]} children
 */
function rowsOf(children) {
  const owner = getOwner();
  /** @type {Map<Element, { set: (item: Item, index: number) => void, setIndex: (index: number) => void, dispose: () => void }>} */
  const rows = new Map();

  const release = (/** @type {Element} */ element) => {
    rows.get(element)?.dispose();
    if (rows.delete(element)) element.replaceChildren();
  };
  return {
    release,
    dispose() {
      for (const element of rows.keys()) release(element);
    },
    /** @param {Item} first @param {number} at @param {HTMLElement} element */
    render(first, at, element) {
      const row = rows.get(element);
      if (row) return row.set(first, at); // the same row, with a new item or index
      createRoot((dispose) => {
        const [item, setItem] = createSignal(first);
        const [index, setIndex] = createSignal(at);
        const set = (/** @type {Item} */ item, /** @type {number} */ index) =>
          batch(() => {
            setItem(() => item);
            setIndex(index);
          });
        rows.set(element, { set, setIndex, dispose });
        try {
          insert(element, children(item, index));
        } catch (error) {
          release(element);
          throw error;
        }
      }, owner);
    },
    /** Rows that keep their items may have other indexes. */
    count() {
      batch(() => {
        for (const [element, { setIndex }] of rows)
          setIndex(Number(element.getAttribute("aria-posinset")) - 1);
      });
    },
  };
}

/** The items of a store's array are another array at each change. @template Item @param {readonly Item[]} items */
function plain(items) {
  const isStore = /** @type {any} */ (items)[track];
  return isStore ? untrack(() => items.slice()) : items;
}

/**
 * @template Item
 * @param {Pick<ListProps<Item>, typeof own[number]>} mine
 * @param {Partial<ListProps<Item>>} settings @param {object} rest
 */
function onServer({ each, initialCount = 20, children }, settings, rest) {
  const items = each ?? [];
  const row = (/** @type {Item} */ item, /** @type {number} */ index) => {
    const at = { slot: "row", role: "listitem", "aria-posinset": index + 1 };
    const count = { "aria-setsize": items.length };
    const content = () =>
      createComponent(NoHydration, {
        get children() {
          return children(
            () => item,
            () => index,
          );
        },
      });
    const inner = () => escaped(/** @type {any} */ (content()));
    return ssrElement("div", { ...at, ...count }, inner, false);
  };
  // After the host has its key: in the browser, rows count for nothing.
  const rows = () => items.slice(0, initialCount).map(row);
  const host = { role: "list", tabindex: 0, ...rest };
  for (const name of attributes) {
    const value = settings[name];
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (value !== undefined && value !== false)
      Object.assign(host, { [attribute]: value === true ? "" : value });
  }
  return /** @type {import("solid-js").JSX.Element} */ (
    /** @type {unknown} */ (ssrElement("apus-list", host, rows, true))
  );
}
