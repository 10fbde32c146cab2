import {
  defineComponent,
  getCurrentInstance,
  h,
  isReactive,
  isReadonly,
  isShallow,
  onBeforeUnmount,
  onBeforeUpdate,
  onMounted,
  reactive,
  readonly,
  ref,
  render,
  shallowReactive,
  shallowRef,
  toRaw,
  watch,
} from "vue";
import { define } from "../elements/base.js";
import { ApusList } from "../elements/list/apus-list.js";
import { RowRoots } from "../elements/list/row-roots.js";

/** @typedef {import("./types.js").ListProps<any>} ListProps */
/** @typedef {{ item: any, index: number }} Row */
/** @typedef {import("vue").ShallowRef<import("vue").Slot | undefined>} RowSlot */

/** Props that are attributes of the element. */
const attributeNames = {
  estimate: "estimate",
  overscan: "overscan",
  gap: "gap",
  axis: "axis",
  lanes: "lanes",
  masonry: "masonry",
  scroller: "scroller",
  stickToEnd: "stick-to-end",
  reorder: "reorder",
  selection: "selection",
};

/** Of the element, for template refs. */
const methods = /** @type {const} */ ([
  "scrollToIndex",
  "splice",
  "refresh",
  "find",
  "select",
  "clearSelection",
  "isSelected",
  "saveState",
  "restoreState",
]);

const onServer = typeof HTMLElement === "undefined";

/**
 * A virtual list whose rows are components of the default slot: `<List v-slot="{ item, index }" :items>`.
 * A row is a child of the list's component: it may inject, and errors are captured. Its state lives as
 * long as its key is mounted. Events of `<apus-list>` are events of this component.
 */
export const List = /** @type {import("./types.js").ListComponent} */ (
  /** @type {unknown} */ (
    defineComponent({
      name: "ApusList",
      props: {
        items: Array,
        source: Object,
        keyOf: Function,
        isHeader: Function,
        textOf: Function,
        estimate: Number,
        overscan: Number,
        gap: Number,
        axis: String,
        lanes: Number,
        masonry: Boolean,
        scroller: String,
        stickToEnd: Boolean,
        reorder: Boolean,
        selection: String,
        initialCount: { type: Number, default: 20 },
      },
      setup,
    })
  )
);

/** @param {any} props @param {import("vue").SetupContext} context */
function setup(props, { slots, expose }) {
  const host = /** @type {import("vue").ComponentInternalInstance} */ (getCurrentInstance());
  const element = /** @type {import("vue").ShallowRef<ApusList<any> | null>} */ (shallowRef(null));
  if (!onServer) define("apus-list", ApusList);

  // From a server until the list has rendered its own.
  const initial = ref(onServer || host.vnode.el !== null);
  const slot = shallowRef(slots.default);
  onBeforeUpdate(() => {
    slot.value = slots.default; // slots that are not compiled are others at each rendering
  });

  /** @type {RowRoots<Row> | undefined} */
  let roots;
  onMounted(() => {
    const list = /** @type {ApusList<any>} */ (element.value);
    const began = () => {
      initial.value = false;
    };
    roots = new RowRoots(
      list,
      rowRenderer(list, host, slot, () => props.items, began),
    );
    for (const name of /** @type {const} */ (["keyOf", "isHeader", "textOf"])) {
      watch(
        () => props[name],
        (value) => Object.assign(list, { [name]: value }),
        now,
      );
    }
    watch(
      () => plain(props.items),
      (items) => props.source || Object.assign(list, { items }),
      now,
    );
    watch(
      () => props.source,
      (source) => (source || list.source) && Object.assign(list, { source }),
      now,
    );
    roots.release();
  });
  onBeforeUnmount(() => roots?.dispose());

  const call =
    (/** @type {typeof methods[number]} */ name) =>
    (/** @type {any[]} */ ...args) =>
      /** @type {any} */ (element.value)?.[name](...args);
  expose({ element, ...Object.fromEntries(methods.map((name) => [name, call(name)])) });

  return () =>
    h("apus-list", { ...attributesOf(props), ref: element }, [
      initial.value && props.items?.length ? initialRows(props, slots) : null,
      !props.items?.length && slots.empty ? h("div", { slot: "empty" }, slots.empty()) : null,
      slots.loading && h("div", { slot: "loading" }, slots.loading()),
      slots.error && h("div", { slot: "error" }, slots.error()),
    ]);
}

const now = /** @type {const} */ ({ immediate: true, flush: "post" });

/**
 * Renders each row as a root of its own, at once. A `<Teleport>` would render rows after the list has measured them.
 * @param {ApusList<any>} list @param {import("vue").ComponentInternalInstance} host @param {RowSlot} slot
 * @param {() => any} items @param {() => void} began called at each row
 * @returns {import("../elements/list/row-roots.js").RootRenderer<Row>}
 */
function rowRenderer(list, host, slot, items, began) {
  const { provides } = /** @type {any} */ (host);
  const appContext = { ...host.appContext, provides };
  const own = (/** @type {any} */ item) => asIn(items(), item);
  return {
    mount(element, item, index) {
      const row = shallowReactive({ item: own(item), index });
      const vnode = h(RowOfList, { row, slot, host });
      vnode.appContext = appContext;
      // Hooks of a component that is mounted find it in the document.
      if (!element.isConnected) list.append(element);
      render(vnode, element);
      began();
      return row;
    },
    update(row, item, index) {
      row.item = own(item);
      row.index = index;
    },
    unmount(_row, element) {
      render(null, element);
    },
  };
}

/** The root of a row, below the list's component. */
const RowOfList = defineComponent({
  name: "ApusListRow",
  props: ["row", "slot", "host"],
  setup(/** @type {any} */ { row, slot, host }) {
    const own = /** @type {import("vue").ComponentInternalInstance} */ (getCurrentInstance());
    own.parent = host;
    own.root = host.root;
    return () => slot.value?.({ item: row.item, index: row.index });
  },
});

/** The rows of a server: shown by the list as long as it has no others. @param {ListProps} props @param {import("vue").Slots} slots */
function initialRows({ items, keyOf, initialCount }, slots) {
  const all = items ?? [];
  const rows = all.slice(0, initialCount).map((item, index) => {
    const key = keyOf ? /** @type {PropertyKey} */ (keyOf(item)) : index;
    const at = { role: "listitem", "aria-posinset": index + 1, "aria-setsize": all.length };
    return h("div", { key, ...at }, slots.default?.({ item, index }));
  });
  return h("div", { slot: "empty", role: "list" }, rows);
}

/** As attributes, not as properties, which Vue sets to 0 before it removes them. @param {ListProps} props */
function attributesOf(props) {
  /** @type {Record<string, string | number>} */
  const attributes = {};
  for (const [name, attribute] of Object.entries(attributeNames)) {
    const value = /** @type {any} */ (props)[name];
    if (value === undefined || value === false) continue;
    attributes[onServer ? attribute : `^${attribute}`] = value === true ? "" : value;
  }
  return attributes;
}

/**
 * The items as the list compares them. Of a reactive array a copy, made whenever the array changes:
 * O(items). @param {any[]} [items]
 */
function plain(items = []) {
  if (!isReactive(items)) return items;
  items.every(() => false); // tracks the array as a whole, without reading it
  return toRaw(items).slice();
}

/** An item as its array holds it: reactive in a reactive array. @param {any} items @param {any} item */
function asIn(items, item) {
  if (!isReactive(items) || isShallow(items) || typeof item !== "object" || !item) return item;
  return isReadonly(items) ? readonly(reactive(item)) : reactive(item);
}
