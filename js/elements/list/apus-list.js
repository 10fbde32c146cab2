import { VirtualList } from "../../list/virtual-list.js";
import { emit, numberAttribute, reflect, upgradeProperties } from "../base.js";
import { SelectableList, viewOf } from "./selectable.js";

/** Attributes that make it anything but a column that scrolls itself. */
const shaping = ["axis", "gap", "lanes", "masonry", "scroller"];

/** @typedef {import("../../list/frame.js").Align} Align */

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
 * @fires error - `detail: { index, item, error }`: `renderItem` threw, or with index -1 the engine did not load
 * @slot - the rows; a `<template>` for them
 * @slot empty - shown when the list has no rows
 * @slot error - copied into rows whose `renderItem` threw or whose page failed
 * @slot loading - copied into rows whose page is loading
 * @csspart more - on paper: the number of rows that are not printed
 * @csspart drop - the place where a dragged row would land
 * @template [Item=unknown]
 */
export class ApusList extends SelectableList {
  static observedAttributes = "estimate overscan stick-to-end reorder selection"
    .split(" ")
    .concat(shaping);

  /** @type {import("./view.js").ListView<Item>} */
  #view = viewOf(this);
  /** @type {(() => void)[]} */
  #pending = [];
  #loading = false;
  /** @type {((item: Item, index: number) => boolean) | undefined} */
  #isHeader;

  /**
   * The data. Assigning replaces it; equal items at both ends keep their sizes.
   * @returns {readonly Item[]}
   */
  get items() {
    return this.#view.data.items;
  }

  set items(items) {
    const { list, position, data } = this.#view;
    const [at, removed, inserted] = data.setItems(items ?? []);
    this.#view.spliced(at, removed, inserted);
    this.#view.rebind(); // renderItem may depend on more than the item
    // A list at its top stays there, except after a prepend.
    if (list && position === 0 && (at > 0 || removed > 0)) list.go(0);
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
   * Whether a row is a sticky header; called for every item at every change.
   * @returns {((item: Item, index: number) => boolean) | undefined}
   */
  get isHeader() {
    return this.#isHeader;
  }

  set isHeader(is) {
    this.#isHeader = is;
    if (is) this.#ready((view) => import("./sticky.js").then(({ sticky }) => sticky(view)));
  }

  /**
   * An item's text, for `find()`, copying and type-ahead; default: the item itself or its row's text.
   * @type {((item: Item) => string) | undefined}
   */
  textOf = /** @type {{ textOf?: (item: Item) => string }} */ (this).textOf; // set before the upgrade

  get estimate() {
    return numberAttribute(this, "estimate", 40);
  }

  set estimate(px) {
    reflect(this, "estimate", px);
  }

  get overscan() {
    return numberAttribute(this, "overscan", 400);
  }

  set overscan(px) {
    reflect(this, "overscan", px);
  }

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
      if (behavior === "smooth") {
        import("./smooth.js").then(({ glide }) => glide(view, index, align));
        return;
      }
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

  /**
   * Scrolls to the next item whose text contains `query` (or for which it returns true); without
   * arguments, to the next match of the last query. Asks a source that has `find()`, of others it
   * loads up to `maxPages` pages. The promise rejects with `INCOMPLETE` when nothing matched but
   * rows were skipped, with the reason of `signal`, or when a later search began.
   * @param {string | ((item: Item, index: number) => boolean)} [query]
   * @param {import("../../list/search.js").FindOptions} [options]
   * @returns {Promise<number>} its index; -1 when no row matches
   */
  find(query, options) {
    const view = this.#view;
    view.search?.abort();
    const search = new AbortController();
    view.search = search;
    const found = import("./find.js").then(({ find }) => find(view, search, query, options));
    found.catch(() => {}); // the `find` event reports it too
    return found;
  }

  /** The place in the list, for `restoreState()`, also after a reload. */
  saveState() {
    return { row: 0, px: 0, ...this.#view.list?.anchor };
  }

  /** @param {{ row: number, px: number }} state */
  restoreState(state) {
    this.#ready((view, list) => {
      if (!list.size) return;
      list.hold({ row: Math.min(state.row, list.size - 1), px: state.px });
      view.fill();
    });
  }

  connectedCallback() {
    this.#view.build();
    upgradeProperties(this);
    this.role ??= "list";
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    if (this.#view.list) this.#view.connect();
    else if (!this.#loading) {
      this.#load();
      this.#view.early =
        !this.#pending.length && !this.#shaped && !this.hasAttribute("stick-to-end");
      this.#view.begin();
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
        VirtualList.create({ estimate: this.estimate }),
        import("./scroller.js").then((part) => Object.assign(view, part)),
        view.renderer.renderItem ||
          import("./template.js").then(({ fillTemplate }) => {
            view.renderer.fillTemplate = fillTemplate;
          }),
      ]);
      await this.#configure();
      for (const action of this.#pending.splice(0)) action();
      view.fill();
    } catch (error) {
      emit(this, "error", { index: -1, item: undefined, error });
    }
    this.#loading = false;
  }

  /** Applies the attributes and makes a frame. */
  async #configure() {
    const view = this.#view;
    if (!view.list) return;
    if (this.#shaped || view.shaped) await (await import("./shapes.js")).shape(view);
    const { list } = view;
    list.setEstimate(this.estimate);
    this.style.setProperty("--apus-estimate", `${this.estimate}px`);
    list.setOverscan(this.overscan);
    list.setStick(this.hasAttribute("stick-to-end"));
    if (list.size !== view.data.length) list.splice(0, list.size, view.data.length);
    if (this.isConnected) view.connect();
    import("./idle.js").then(({ idle }) => idle(view));
  }

  get #shaped() {
    return shaping.some((name) => this.hasAttribute(name));
  }

  /** Runs it now, or once the engine has loaded. @param {(view: import("./view.js").ListView<Item>, list: VirtualList) => void} action */
  #ready(action) {
    const { list } = this.#view;
    if (list) action(this.#view, list);
    else this.#pending.push(() => this.#ready(action));
  }
}
