/** @typedef {import("../../list/data.js").ListData} ListData */
/** @typedef {import("../../list/rows.js").Row<HTMLElement>} Row */

/** What the rows of an <apus-list> show: its data in elements of the document. */
export class ListRows {
  /** @type {((item: any, index: number, element: HTMLElement) => void) | undefined} */
  renderItem;
  /** Fills a row when there is no `renderItem`. @type {((element: HTMLElement, item: any) => void) | undefined} */
  fillTemplate;
  /** Parts that see a row first; true: it is rendered. @type {Set<(row: Row, item: any) => boolean>} */
  binders = new Set();
  /** @type {Map<Element, Row>} */
  byElement = new Map();
  /** @type {HTMLElement[]} bound, not observed yet */
  fresh = [];

  /** @param {HTMLElement} host @param {ListData} data */
  constructor(host, data) {
    this.host = host;
    this.data = data;
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
      if (state === "ready") this.fillRow(element, item, index);
      else element.dataset.state = state; // states.js shows it
    } catch (error) {
      import("./failed.js").then(({ failed }) => failed(this, row, item, error));
    }
  }

  /** Which of how many it is. Writing an attribute costs, reading does not. @param {HTMLElement} element @param {number} index */
  count(element, index) {
    const size = `${this.data.length}`;
    element.setAttribute("aria-posinset", `${index + 1}`);
    if (element.getAttribute("aria-setsize") !== size) element.setAttribute("aria-setsize", size);
  }

  /** @param {HTMLElement} element @param {any} item @param {number} index */
  fillRow(element, item, index) {
    if (this.renderItem) this.renderItem(item, index, element);
    else this.fillTemplate?.(element, item);
  }

  /** @param {string} type @param {unknown} detail @returns {boolean} false when cancelled */
  emit(type, detail) {
    return this.host.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));
  }

  /** An element for any row. */
  make() {
    const template = /** @type {HTMLTemplateElement | null} */ (
      this.host.querySelector(":scope > template:not([slot])")
    );
    const first = template?.content.firstElementChild;
    const element = /** @type {HTMLElement} */ (
      first ? document.importNode(first, true) : document.createElement("div")
    );
    const roles = /** @type {Record<string, string>} */ ({ listbox: "option", feed: "article" });
    const role = this.host.getAttribute("role") ?? "";
    if (!element.hasAttribute("role")) element.setAttribute("role", roles[role] ?? "listitem");
    return element;
  }
}
