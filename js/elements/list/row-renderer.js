import { make } from "../base.js";

/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/**
 * Renders the items of a list into row elements in its host, and observes the
 * elements' sizes.
 * @template Item
 */
export class RowRenderer {
  /** @type {((item: Item, index: number, element: HTMLElement) => void) | undefined} */
  renderItem;
  /** @type {((element: HTMLElement, item: Item) => void) | undefined} */
  releaseItem;
  /** Fills a row when there is no `renderItem`. @type {typeof this.renderItem} */
  fillTemplate;
  /** The role of rows that bring none. */
  role = "listitem";
  /** Parts that see a row first; they return true when they rendered it. @type {Set<(row: Row, item: Item | undefined) => boolean>} */
  binders = new Set();
  /** @type {Map<Element, Row>} */
  byElement = new Map();
  /** The item that each element shows. @type {WeakMap<Element, Item>} */
  shown = new WeakMap();
  /** @type {HTMLElement[]} rendered, not yet observed */
  fresh = [];
  /** @type {ResizeObserver | undefined} */
  observer;

  /** @param {HTMLElement} host @param {import("../../list/data.js").ListData<Item>} data */
  constructor(host, data) {
    this.host = host;
    this.data = data;
  }

  /** An element for any row. */
  make() {
    return make("div", { slot: "row", role: this.role });
  }

  /** @param {Row} row */
  bind(row) {
    const { element, index } = row;
    const { data } = this;
    const item = data.get(index);
    this.byElement.set(element, row);
    this.fresh.push(element);
    this.count(element, index);
    for (const bind of this.binders) if (bind(row, item)) return;
    const state = data.state(index);
    try {
      if (state === "ready") {
        this.shown.set(element, /** @type {Item} */ (item));
        this.fill(element, /** @type {Item} */ (item), index);
      } else element.dataset.state = state; // states.js renders it
    } catch (error) {
      import("./failed.js").then(({ failed }) => failed(this, row, item, error));
    }
  }

  /** @param {Row} row */
  unbind({ element }) {
    this.byElement.delete(element);
    this.observer?.unobserve(element);
    element.removeAttribute("data-away");
  }

  /** @param {HTMLElement} element @param {Element | null} before */
  insert(element, before) {
    this.host.insertBefore(element, before);
  }

  /** @param {HTMLElement} element */
  remove(element) {
    element.remove();
  }

  /** @param {HTMLElement} element @param {Item} item @param {number} index */
  fill(element, item, index) {
    (this.renderItem ?? this.fillTemplate)?.(item, index, element);
  }

  /** Sets the row's position. Writing an attribute is slow, reading is not. @param {HTMLElement} element @param {number} index */
  count(element, index) {
    const size = `${this.data.open ? -1 : this.data.length}`;
    element.setAttribute("aria-posinset", `${index + 1}`);
    if (element.getAttribute("aria-setsize") !== size) element.setAttribute("aria-setsize", size);
  }

  /** Observes the rows that were rendered. */
  observe() {
    for (const element of this.fresh) {
      this.observer?.unobserve(element);
      this.observer?.observe(element);
    }
    this.fresh.length = 0;
  }
}
