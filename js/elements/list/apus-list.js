import { configure } from "../../list/configure.js";
import { VirtualList } from "../../list/virtual-list.js";
import { fail, upgradeProperties } from "../base.js";
import { shaping } from "./attributes.js";
import { SelectableList, viewOf } from "./selectable.js";

/** @typedef {import("../../list/frame.js").Align} Align */
/** @type {Record<string, Function> | undefined} */
let parts;

/**
 * A list of any length with rows of any height. Rows are light-DOM children,
 * styled by the page. The element needs a height and scrolls itself.
 *
 * @element apus-list
 * @attr {number} estimate - px of a row that is not measured yet (40)
 * @attr {number} overscan - px rendered before and after the viewport at rest (400)
 * @attr {number} gap - px between rows (0)
 * @attr {"x" | "y"} axis - the axis on which it scrolls (y)
 * @attr {number} lanes - columns of a grid (1)
 * @attr {boolean} masonry - a grid without lines: each row goes to the shortest lane
 * @attr {"window"} scroller - the window scrolls instead of the element
 * @attr {boolean} stick-to-end - keeps the end in view while rows are added: logs, chats
 * @attr {boolean} reorder - rows can be moved with a pointer and with Alt and the arrow keys
 * @attr {"single" | "multiple"} selection - rows can be selected; a list then is a listbox
 * @attr {"list" | "listbox" | "feed"} role - list unless the page sets another
 * @fires rangechange - `detail: { start, end, first, last }`: rows [start, end) are rendered, [first, last] visible
 * @fires reachstart - the first row is rendered
 * @fires reachend - the last row is rendered
 * @fires reorder - `detail: { from, to }`; cancel it to keep the row in place
 * @fires find - `detail: { index, query, complete }`; the index is -1 when nothing matches; complete is false when rows were skipped because they are not loaded
 * @fires copied - `detail: { rows, missing }`: rows that the list copied, and rows that it left out because they are not loaded
 * @fires selectionchange - `detail: { ranges, count }`: the user selected other rows
 * @fires error - `detail: { index, item, error }`: `renderItem` threw, or with index -1 the engine did not load or an attribute is wrong
 * @slot - the rows; a `<template>` for them
 * @slot empty - shown when the list has no rows
 * @slot error - copied into rows whose `renderItem` threw or whose page failed
 * @slot loading - copied into rows whose page is loading
 * @csspart more - on paper: the number of rows that are not printed
 * @csspart drop - the place where a dragged row would land
 * @template [Item=unknown]
 * @extends {SelectableList<Item>}
 */
export class ApusList extends SelectableList {
  /** @type {import("./view.js").ListView<Item>} */
  #view = viewOf(this);
  /** @type {(() => void)[]} */
  #pending = [];
  #loading = false;
  #failed = (/** @type {unknown} */ error) => fail(this, { index: -1, error });
  /** @type {((item: Item, index: number) => boolean) | undefined} */
  #isHeader;

  /**
   * The data. Assigning replaces it; equal items at both ends keep their sizes, with `keyOf` all
   * rows whose key is in both.
   * @returns {readonly Item[]}
   */
  get items() {
    return this.#view.data.items;
  }

  set items(value) {
    const items = value ?? [];
    const view = this.#view;
    const { list, position, data, assign } = view;
    if (this.keyOf) {
      if (assign?.(items)) return;
      assign ?? import("./keyed.js").then(({ keyed }) => keyed(view));
    }
    const [at, removed, inserted] = data.setItems(items);
    view.spliced(at, removed, inserted);
    view.rebind(); // renderItem may depend on more than the item
    // A list at its top stays there, except after a prepend.
    if (list && position === 0 && at + removed) list.go(0);
  }

  /**
   * Data that loads by pages, instead of `items`.
   * @returns {import("../../list/pages.js").Source<Item> | undefined}
   */
  get source() {
    return this.#view.data.source;
  }

  set source(source) {
    if (source) import("./states.js").then(({ states }) => states(this.#view));
    this.#view.spliced(...this.#view.data.setSource(source));
  }

  /**
   * Renders `item` into `element`, which may have rendered another item before.
   * @returns {((item: Item, index: number, element: HTMLElement) => void) | undefined}
   */
  get renderItem() {
    return this.#view.renderer.renderItem;
  }

  set renderItem(render) {
    this.#view.renderer.renderItem = render;
    this.#view.rebind();
  }

  /**
   * The counterpart of `renderItem`, to unmount what it mounted: called before `element` shows
   * another item or is dropped, and when the list has left the document, which renders its rows
   * again if it comes back.
   * @returns {((element: HTMLElement, item: Item) => void) | undefined}
   */
  get releaseItem() {
    return this.#view.renderer.releaseItem;
  }

  set releaseItem(release) {
    this.#view.renderer.releaseItem = release;
    if (release) this.#track();
  }

  /** Whether rows reuse elements that showed other items (true). */
  get recycle() {
    return this.#view.rows.recycle;
  }

  set recycle(on) {
    this.#view.rows.recycle = on !== false;
    if (on === false) this.#track();
  }

  /**
   * Whether a row is a sticky header; called for every new item, after `refresh()` for all.
   * @returns {((item: Item, index: number) => boolean) | undefined}
   */
  get isHeader() {
    return this.#isHeader;
  }

  set isHeader(is) {
    this.#isHeader = is;
    if (is) this.#ready(() => this.#part("sticky"));
  }

  /**
   * A row's key, e.g. `(city) => city.id`: assigned `items` keep elements and sizes of common keys.
   * @type {((item: Item) => unknown) | undefined}
   */
  keyOf = /** @type {{ keyOf?: (item: Item) => unknown }} */ (this).keyOf;

  /**
   * An item's text, for `find()`, copying and type-ahead; default: the item itself or its row's text.
   * @type {((item: Item) => string) | undefined}
   */
  textOf = /** @type {{ textOf?: (item: Item) => string }} */ (this).textOf; // set before the upgrade

  /** The visible rows: [start, end). */
  get range() {
    const { first, last } = this.#view;
    return { start: Math.max(first, 0), end: last + 1 };
  }

  /**
   * Brings a row into view and holds it there through every measurement until the user scrolls.
   * @param {number} index @param {{ align?: Align, behavior?: ScrollBehavior }} [options]
   * @throws {RangeError} for an index beyond the list
   */
  scrollToIndex(index, { align = "start", behavior = "auto" } = {}) {
    this.#view.data.check(index, "scrollToIndex: index");
    this.#ready((view, list) => {
      if (index >= list.size) return; // before the engine had loaded, the list was longer
      if (behavior === "smooth" && view.scroller) return this.#part("glide", index, align);
      list.scrollTo(index, align);
      view.fill();
    });
  }

  /**
   * Replaces rows; the visible rows stay put. Changes `items` in place.
   * @param {number} at @param {number} [removed]
   * @param {readonly Item[] | number} [inserted] items; for a source, their number
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed = 0, inserted = []) {
    this.#view.spliced(...this.#view.data.splice(at, removed, inserted));
  }

  /** Renders all mounted rows again, after items changed in place. */
  refresh() {
    const { list, data } = this.#view;
    if (!list) return;
    const at = Math.min(list.size, data.length);
    this.#view.spliced(at, list.size - at, data.length - at);
    this.#view.rebind();
  }

  /** The place in the list, for `restoreState()`, also after a reload. */
  saveState() {
    return { row: 0, px: 0, ...this.#view.list?.anchor };
  }

  /** Returns to a saved place, as soon as the list has rows. @param {{ row: number, px: number }} state */
  restoreState(state) {
    this.#ready((view, list) => {
      const hold = () => {
        if (!list.size) return;
        view.splicers.delete(hold);
        list.hold({ ...state, row: Math.min(state.row, list.size - 1) });
      };
      view.splicers.add(hold); // until there are rows
      hold();
      view.fill();
    });
  }

  connectedCallback() {
    const view = this.#view;
    view.build();
    upgradeProperties(this);
    this.role ??= "list";
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    if (view.list) view.connect();
    else if (!this.#loading) {
      this.#load();
      // What the first rows need may be more than the first items.
      view.early = () =>
        !(
          view.paused ||
          this.#pending.length ||
          this.#shaped ||
          this.stickToEnd ||
          this.#templated
        );
      view.begin();
    }
  }

  disconnectedCallback() {
    this.#view.disconnect();
  }

  attributeChangedCallback() {
    this.#configure();
  }

  async #load() {
    this.#loading = true;
    const view = this.#view;
    try {
      [view.list] = await Promise.all([
        VirtualList.create(),
        import("./scroller.js").then((part) => Object.assign(view, part)),
        this.#templated && import("./template.js").then(({ template }) => template(view.renderer)),
      ]);
      await this.#configure();
      for (const action of this.#pending.splice(0)) action();
      view.fill();
    } catch (error) {
      this.#failed(error);
    }
    this.#loading = false;
  }

  /** Applies the attributes and makes a frame. */
  async #configure() {
    const view = this.#view;
    const { list } = view;
    if (!list) return;
    if (this.#shaped || view.shaped) await (await import("./shapes.js")).shape(view, this.#failed);
    configure(list, this, this.#failed);
    list.setStick(this.stickToEnd);
    if (list.size !== view.data.length) list.splice(0, list.size, view.data.length);
    if (this.isConnected) view.connect();
    import("./idle.js").then(({ idle }) => idle(view));
  }

  get #templated() {
    return !this.renderItem || this.querySelector(":scope>template:not([slot])");
  }

  get #shaped() {
    return this.matches(shaping);
  }

  /** No element is reused or removed until the part has loaded that releases it. */
  #track() {
    this.#view.paused = true;
    this.#part("release");
  }

  /** @param {keyof typeof import("./parts.js")} name @param {...any} more arguments */
  async #part(name, ...more) {
    parts ??= await import("./parts.js"); // once loaded, at once: splices may follow
    return parts[name](this.#view, ...more);
  }

  /** Runs it now, or once the engine has loaded. @param {(view: import("./view.js").ListView<Item>, list: VirtualList) => void} action */
  #ready(action) {
    const { list } = this.#view;
    if (list) action(this.#view, list);
    else this.#pending.push(() => this.#ready(action));
  }
}
