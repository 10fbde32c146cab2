import { VirtualList } from "../../list/index.js";
import { BaseElement, numberAttribute, reflect, upgradeProperties } from "../base.js";
import { ListBody } from "./body.js";

/** What makes it another shape than a column that scrolls itself. */
const shaping = ["axis", "gap", "lanes", "masonry", "scroller"];

/** @typedef {import("../../list/frame.js").Align} Align */
/** @typedef {import("../../list/pages.js").Source} Source */

/**
 * A list of any length with rows of any height. Rows are light-DOM children,
 * styled by the page; the element needs a height and scrolls itself.
 *
 * @element apus-list
 * @attr {number} estimate - px of a row nobody has seen yet (40)
 * @attr {number} overscan - px rendered before and after the viewport at rest (400)
 * @attr {number} gap - px between rows (0)
 * @attr {"x" | "y"} axis - along which it scrolls (y)
 * @attr {number} lanes - columns of a grid (1)
 * @attr {boolean} masonry - no lines in the grid: each row goes to the shortest lane
 * @attr {"window"} scroller - the window scrolls instead of the element
 * @attr {boolean} stick-to-end - holds the end while it is in view: logs, chats
 * @attr {boolean} reorder - rows can be moved by pointer and by Alt+arrow keys
 * @attr {"list" | "listbox" | "feed"} role - list unless the page says otherwise
 * @fires rangechange - `detail: { start, end, first, last }`: rows [start, end) are rendered, [first, last] visible
 * @fires reachstart - the first row is rendered
 * @fires reachend - the last row is rendered
 * @fires reorder - `detail: { from, to }`; cancelled, the row stays
 * @fires find - `detail: { index, query }`; index -1 when nothing matches
 * @fires error - `detail: { index, item, error }`: `renderItem` threw
 * @slot - the rows; a `<template>` for them
 * @slot empty - shown when there is no row
 * @slot error - copied into rows whose `renderItem` threw or whose page failed
 * @csspart more - on paper: how many rows there are beyond the printed ones
 * @csspart drop - where a dragged row would land
 * @slot loading - copied into rows whose page is on its way
 */
export class ApusList extends BaseElement {
  static observedAttributes = [...shaping, "estimate", "overscan", "stick-to-end", "reorder"];

  #body = new ListBody(this);
  /** @type {(() => void)[]} */
  #pending = [];
  #loading = false;
  /** @type {((item: any, index: number) => boolean) | undefined} */
  #isHeader;

  /** The data. Assigning replaces it; what is the same at both ends keeps its sizes. */
  get items() {
    return this.#body.data.items;
  }

  set items(items) {
    const { list, position, data } = this.#body;
    const [at, removed, inserted] = data.setItems(items ?? []);
    this.#body.spliced(at, removed, inserted);
    this.#body.rebind(); // what renderItem shows may hang on more than the item
    // Anything but a prepend leaves a list at its top there.
    if (list && position === 0 && (at > 0 || removed > 0)) list.go(0);
  }

  /** Data by pages; instead of `items`. @type {Source | undefined} */
  get source() {
    return this.#body.data.source;
  }

  set source(source) {
    if (source) import("./states.js").then(({ states }) => states(this.#body));
    this.#body.spliced(...this.#body.data.setSource(source));
  }

  /** Shows `item` in `element`, which may have shown another one before. */
  get renderItem() {
    return this.#body.renderItem;
  }

  set renderItem(render) {
    this.#body.renderItem = render;
    this.#body.rebind();
  }

  /** Which rows are sticky headers; asked for every item at every change. @type {((item: any, index: number) => boolean) | undefined} */
  get isHeader() {
    return this.#isHeader;
  }

  set isHeader(is) {
    this.#isHeader = is;
    if (is) this.#ready((body) => import("./sticky.js").then(({ sticky }) => sticky(body)));
  }

  /** An item's text, for `find()`, copying and type-ahead; default: the item itself or its row's. @type {((item: any) => string) | undefined} */
  textOf = /** @type {any} */ (this).textOf; // also what was set before the upgrade

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

  /** Rows that are visible now: [start, end). */
  get range() {
    const { first, last } = this.#body;
    return { start: Math.max(first, 0), end: last + 1 };
  }

  /**
   * Brings a row into view; it stays there through every measurement until one scrolls.
   * @param {number} index @param {{ align?: Align, behavior?: ScrollBehavior }} [options]
   * @throws {RangeError} for an index beyond the list
   */
  scrollToIndex(index, { align = "start", behavior = "auto" } = {}) {
    this.#body.data.check(index, "scrollToIndex: index");
    this.#ready((body, list) => {
      if (behavior === "smooth") {
        import("./smooth.js").then(({ glide }) => glide(body, index, align));
        return;
      }
      list.scrollTo(index, align);
      body.fill();
    });
  }

  /**
   * Replaces rows, wherever: what one looks at stays. `items` is changed in place.
   * @param {number} at @param {number} [removed]
   * @param {readonly any[] | number} [inserted] items; of a source, how many
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed = 0, inserted = []) {
    this.#body.spliced(...this.#body.data.splice(at, removed, inserted));
  }

  /** Renders all mounted rows anew, after items changed in place. */
  refresh() {
    const { list, data } = this.#body;
    if (!list) return;
    const at = Math.min(list.size, data.length);
    this.#body.spliced(at, list.size - at, data.length - at);
    this.#body.rebind();
  }

  /**
   * Scrolls to the next item whose text contains `query` (or for which it returns true).
   * Without arguments: the next match of the last query.
   * @param {string | ((item: any, index: number) => boolean)} [query]
   * @param {{ from?: number, backwards?: boolean }} [options]
   * @returns {Promise<number>} its index, or -1
   */
  async find(query, options) {
    const { find } = await import("./find.js");
    return find(this.#body, query, options);
  }

  /** Where the list is: for `restoreState()`, also after a reload. */
  saveState() {
    return { row: 0, px: 0, ...this.#body.list?.anchor };
  }

  /** @param {{ row: number, px: number }} state */
  restoreState(state) {
    this.#ready((body, list) => {
      if (!list.size) return;
      list.hold({ row: Math.min(state.row, list.size - 1), px: state.px });
      body.fill();
    });
  }

  connectedCallback() {
    this.#body.build();
    upgradeProperties(this, ["items", "source", "renderItem", "isHeader", "estimate", "overscan"]);
    if (!this.hasAttribute("role")) this.setAttribute("role", "list");
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    if (this.#body.list) this.#body.connect();
    else if (!this.#loading) {
      this.#load();
      this.#body.early =
        !this.#pending.length && !this.#shaped && !this.hasAttribute("stick-to-end");
      this.#body.begin();
    }
  }

  disconnectedCallback() {
    this.#body.disconnect();
  }

  attributeChangedCallback() {
    this.#configure();
  }

  async #load() {
    this.#loading = true;
    const body = this.#body;
    try {
      [body.list] = await Promise.all([
        VirtualList.create({ estimate: this.estimate }),
        body.renderItem ||
          import("./template.js").then(({ fillTemplate }) => {
            body.fillTemplate = fillTemplate;
          }),
      ]);
      await this.#configure();
      for (const action of this.#pending.splice(0)) action();
      body.fill();
      import("./idle.js").then(({ idle }) => idle(body));
    } catch (error) {
      body.emit("error", { index: -1, item: undefined, error });
    }
    this.#loading = false;
  }

  /** Reads the attributes, then frames begin anew. */
  async #configure() {
    const body = this.#body;
    if (!body.list) return;
    if (this.#shaped || body.shaped) await (await import("./shapes.js")).shape(body);
    const { list } = body;
    list.setEstimate(this.estimate);
    this.style.setProperty("--apus-estimate", `${this.estimate}px`);
    list.setOverscan(this.overscan);
    list.setStick(this.hasAttribute("stick-to-end"));
    if (this.hasAttribute("reorder"))
      import("./reorder.js").then(({ reorder }) => reorder(body));
    if (list.size !== body.data.length) list.splice(0, list.size, body.data.length);
    if (this.isConnected) body.connect();
  }

  get #shaped() {
    return shaping.some((name) => this.hasAttribute(name));
  }

  /** Now, or when the engine is there. @param {(body: ListBody, list: VirtualList) => void} action */
  #ready(action) {
    const { list } = this.#body;
    if (list) action(this.#body, list);
    else this.#pending.push(() => this.#ready(action));
  }
}
