import { emit, fail, upgradeProperties } from "../elements/base.js";
import { ListAttributes } from "../elements/list/attributes.js";
import { RowRenderer } from "../elements/list/row-renderer.js";
import { template } from "../elements/list/template.js";
import { ListData } from "../list/data.js";
import { Intervals } from "../list/intervals.js";

/** @typedef {import("../list/intervals.js").Range} Range */
/** @typedef {import("../list/mounted-rows.js").Row<HTMLElement>} Row */

/**
 * `<apus-list>` for unit tests: renders all rows at once, as its children, whenever its data change.
 * Nothing scrolls and nothing is measured, so attributes about layout do nothing. A source is read
 * as a whole.
 * @template [Item=any]
 */
export class FakeList extends ListAttributes {
  #data = /** @type {ListData<Item>} */ (new ListData({ rebind: () => {}, spliced: () => {} }));
  #renderer = /** @type {RowRenderer<Item>} */ (new RowRenderer(this, this.#data));
  /** @type {Row[]} */
  #rows = [];
  #selected = new Intervals();
  /** @type {import("../list/pages.js").Source<Item> | undefined} */
  #source;
  recycle = true;
  /** @type {((item: Item, index: number) => boolean) | undefined} */
  isHeader;
  /** @type {((item: Item) => unknown) | undefined} */
  keyOf;
  /** @type {((item: Item) => string) | undefined} */
  textOf;

  /** @returns {readonly Item[]} */
  get items() {
    return this.#data.items;
  }

  set items(items) {
    this.#source = undefined;
    this.#data.setItems(items ?? []);
    this.refresh();
  }

  /** All its rows are asked for at once. @returns {import("../list/pages.js").Source<Item> | undefined} */
  get source() {
    return this.#source;
  }

  set source(source) {
    this.#source = source;
    this.#read(source).catch((error) => fail(this, { index: -1, error }));
  }

  /** @returns {((item: Item, index: number, element: HTMLElement) => void) | undefined} */
  get renderItem() {
    return this.#renderer.renderItem;
  }

  set renderItem(render) {
    this.#renderer.renderItem = render;
    this.refresh();
  }

  /** @returns {((element: HTMLElement, item: Item) => void) | undefined} */
  get releaseItem() {
    return this.#renderer.releaseItem;
  }

  set releaseItem(release) {
    this.#renderer.releaseItem = release;
  }

  /** All rows are visible. */
  get range() {
    return { start: 0, end: this.#data.length };
  }

  /** @param {number} index @param {object} [_options] @throws {RangeError} for an index beyond the list */
  scrollToIndex(index, _options) {
    this.#data.check(index, "scrollToIndex: index");
    this.#rows[index]?.element.scrollIntoView?.();
  }

  /** @param {number} at @param {number} [removed] @param {readonly Item[]} [inserted] @throws {RangeError} when it reaches beyond the end */
  splice(at, removed = 0, inserted = []) {
    const splice = this.#data.splice(at, removed, inserted);
    this.#selected.splice(...splice);
    this.refresh();
  }

  /** Renders all rows again. */
  refresh() {
    if (!this.isConnected) return;
    for (const { element } of this.#rows.splice(0)) {
      this.releaseItem?.(element, /** @type {Item} */ (this.#renderer.shown.get(element)));
      element.remove();
    }
    const length = this.#data.length;
    for (let index = 0; index < length; index++) {
      const row = { element: this.#renderer.make(), index };
      this.#rows.push(row);
      this.#renderer.bind(row);
      this.append(row.element);
    }
    this.#renderer.fresh.length = 0; // nothing observes sizes
    emit(this, "rangechange", { start: 0, end: length, first: length ? 0 : -1, last: length - 1 });
    if (length) for (const type of ["reachstart", "reachend"]) emit(this, type, {});
  }

  /** The selected rows. @returns {Range[]} */
  get selected() {
    return this.#selected.ranges;
  }

  /** @param {number} index */
  isSelected(index) {
    return this.#selected.has(index);
  }

  /** @param {Iterable<Range>} ranges @throws {TypeError | RangeError} for rows that do not exist, or too many */
  select(ranges) {
    this.#selected.replace(ranges, this.#data.length, this.selection === "single");
  }

  clearSelection() {
    this.select([]);
  }

  /**
   * @param {string | ((item: Item, index: number) => boolean)} query
   * @returns {Promise<number>} the first row that matches, or -1
   */
  async find(query) {
    const text = (/** @type {Item} */ item, /** @type {number} */ i) =>
      this.textOf?.(item) ?? this.#rows[i]?.element.textContent ?? String(item);
    const matches =
      typeof query === "function"
        ? query
        : (/** @type {Item} */ item, /** @type {number} */ i) => text(item, i).includes(query);
    const index = this.items.findIndex(matches);
    emit(this, "find", { index, query, complete: true });
    return index;
  }

  saveState() {
    return { row: 0, px: 0 };
  }

  /** Nothing scrolls. @param {{ row: number, px: number }} _state */
  restoreState(_state) {}

  connectedCallback() {
    if (!this.#renderer.fillTemplate) template(this.#renderer);
    upgradeProperties(this);
    if (!this.hasAttribute("role")) this.setAttribute("role", "list");
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    this.refresh();
  }

  /** @param {import("../list/pages.js").Source<Item> | undefined} source */
  async #read(source) {
    const { signal } = new AbortController();
    const { length = Number.POSITIVE_INFINITY, pageSize = 100 } = source ?? { length: 0 };
    /** @type {Item[]} */
    const items = [];
    for (let more = true; more && items.length < length; ) {
      const end = Math.min(items.length + pageSize, length);
      const page = await /** @type {NonNullable<typeof source>} */ (source).getRange(
        items.length,
        end,
        signal,
      );
      more = items.length + page.length === end; // a short page is the last
      items.push(...page);
    }
    if (source !== this.#source) return;
    this.#data.setItems(items);
    this.refresh();
  }
}
