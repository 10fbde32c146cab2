/** @typedef {import("./apus-list.js").ApusList<any>} List */

/**
 * How a framework renders a row as a root of its own.
 * @template Root
 * @typedef {object} RootRenderer
 * @property {(element: HTMLElement, item: any, index: number) => Root} mount renders at once, so that the list can
 *   measure the row; `element` is empty
 * @property {(root: Root, item: any, index: number) => void} update the row has another index, or another item with
 *   the same key
 * @property {(root: Root, element: HTMLElement) => void} unmount
 */

/**
 * The mounted rows of an `<apus-list>`, each a root of a framework. A root lives as long as its key is
 * mounted: `keyOf(item)`, or the item itself. Elements are recycled, roots are not.
 * @template Root
 */
export class RowRoots {
  /** @type {Map<HTMLElement, { key: unknown, item: unknown, index: number, root: Root }>} */
  #rows = new Map();
  #list;
  #renderer;
  #follow = () => this.#reindex();

  /** Takes over the list's `renderItem` and `releaseItem`. @param {List} list @param {RootRenderer<Root>} renderer */
  constructor(list, renderer) {
    this.#list = list;
    this.#renderer = renderer;
    list.renderItem = (item, index, element) => this.#render(item, index, element);
    list.addEventListener("rangechange", this.#follow);
  }

  /** Unmounts what leaves. Call it after `items` were set: until the part has loaded that releases rows, the list renders no more. */
  release() {
    this.#list.releaseItem = (element) => this.#unmount(element);
  }

  /** Unmounts all rows and lets go of the list. */
  dispose() {
    this.#list.removeEventListener("rangechange", this.#follow);
    for (const element of this.#rows.keys()) this.#unmount(element);
  }

  /** @param {any} item @param {number} index @param {HTMLElement} element */
  #render(item, index, element) {
    const { keyOf } = this.#list;
    const key = keyOf ? keyOf(item) : item;
    const row = this.#rows.get(element);
    if (row && row.key === key) {
      if (row.item === item && row.index === index) return;
      row.item = item;
      row.index = index;
      this.#renderer.update(row.root, item, index);
      return;
    }
    this.#unmount(element);
    element.replaceChildren(); // it may have shown a state
    const root = this.#renderer.mount(element, item, index);
    this.#rows.set(element, { key, item, index, root });
  }

  /** @param {HTMLElement} element */
  #unmount(element) {
    const row = this.#rows.get(element);
    if (!row) return;
    this.#rows.delete(element);
    this.#renderer.unmount(row.root, element);
  }

  /** After a splice, rows have other indexes and are not rendered again. */
  #reindex() {
    for (const [element, row] of this.#rows) {
      const index = Number(element.getAttribute("aria-posinset")) - 1;
      if (index === row.index) continue;
      row.index = index;
      this.#renderer.update(row.root, row.item, index);
    }
  }
}
