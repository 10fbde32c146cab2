import { Directive, directive, PartType } from "lit/directive.js";
import { nothing, render } from "lit/html.js";
import { define } from "../elements/base.js";
import { ApusList } from "../elements/list/apus-list.js";

/**
 * Renders a row. Called again when the host updates.
 * @template Item
 * @typedef {(item: Item, index: number) => unknown} RowTemplate
 */

/**
 * @template Item
 * @typedef {object} RowsOptions
 * @property {(item: Item) => unknown} [keyOf] a row's key; default: the item itself
 */

/** The rows of one `<apus-list>`. */
class Rows extends Directive {
  /** @type {Map<Element, { item: unknown, index: number, by: RowTemplate<any> }>} mounted */
  #mounted = new Map();
  /** @type {RowTemplate<any>} */
  #template = () => nothing;
  /** @type {readonly unknown[] | undefined} */
  #items;
  /** @type {import("lit").RenderOptions} */
  #options = {};

  /** @param {import("lit/directive.js").PartInfo} part */
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT)
      throw new TypeError("rows() belongs in the tag of an <apus-list>");
  }

  /** @param {readonly unknown[]} _items @param {RowTemplate<any>} _template @param {RowsOptions<any>} [_options] */
  render(_items, _template, _options) {
    return nothing;
  }

  /**
   * @override
   * @param {import("lit/directive.js").ElementPart} part
   * @param {[readonly unknown[], RowTemplate<any>, RowsOptions<any>?]} args
   */
  update(part, [items, template, { keyOf } = {}]) {
    const list = /** @type {ApusList<unknown>} */ (part.element);
    this.#template = template;
    this.#options = { host: part.options?.host };
    list.keyOf = keyOf;
    if (!this.#items) {
      list.releaseItem = (row) => this.#release(row);
      list.renderItem = (item, index, row) => this.#show(row, item, index);
      list.addEventListener("rangechange", () => this.#count());
      define("apus-list", ApusList);
    }
    if (items !== this.#items) list.items = items ?? [];
    this.#items = items ?? [];
    this.#count();
    // The template may use more of the host than the items.
    for (const [row, { item, index, by }] of this.#mounted)
      if (by !== template) this.#show(row, item, index);
    return nothing;
  }

  /** @param {Element} row @param {unknown} item @param {number} index */
  #show(row, item, index) {
    const by = this.#template;
    this.#mounted.set(row, { item, index, by });
    render(by(item, index), /** @type {HTMLElement} */ (row), this.#options);
  }

  /** @param {Element} row */
  #release(row) {
    if (this.#mounted.delete(row)) render(nothing, /** @type {HTMLElement} */ (row));
  }

  /** Rows that keep their items may have other indexes. */
  #count() {
    for (const [row, { item, index }] of this.#mounted) {
      const now = Number(row.getAttribute("aria-posinset")) - 1;
      if (now !== index) this.#show(row, item, now);
    }
  }
}

const inElement = directive(Rows);

/**
 * The rows of an `<apus-list>`, each rendered by a template:
 * `<apus-list ${rows(cities, (city, index) => html`<p>${city.name}</p>`, { keyOf })}></apus-list>`.
 * Rows in view are rendered again when the host updates; a row that goes away is emptied, so that its
 * directives are disconnected.
 * @template Item
 * @param {readonly Item[]} items another array when they change, as for all of Lit
 * @param {RowTemplate<Item>} template
 * @param {RowsOptions<Item>} [options]
 * @returns {import("lit/directive.js").DirectiveResult}
 * @throws {TypeError} in another place than an element's tag
 */
export const rows = (items, template, options) => inElement(items, template, options);
