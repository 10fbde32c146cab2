/**
 * @template Element
 * @typedef {object} Row a mounted row
 * @property {number} index
 * @property {Element} element
 */

/**
 * Makes, fills and moves elements; `RowRenderer` does it in a document.
 * @template Element
 * @typedef {object} Renderer
 * @property {() => Element} make an element for any row
 * @property {(row: Row<Element>) => void} bind renders row `row.index` in `row.element`
 * @property {(row: Row<Element>) => void} unbind the row is no longer mounted
 * @property {(element: Element, before: Element | null) => void} insert
 * @property {(element: Element) => void} remove
 */

/**
 * The mounted rows, in the order of their indexes, which is also the order of
 * their elements. New rows reuse the elements of rows that left; a row keeps its
 * element through splices.
 * @template Element
 */
export class MountedRows {
  /** @type {Row<Element>[]} ascending */
  list = [];
  /** @type {Set<Row<Element>>} rows that stay mounted outside the window: the focused row, a selection's ends */
  pins = new Set();
  /** Whether new rows take the elements of rows that left. */
  recycle = true;
  /** @type {Element[]} free elements, which stay in place until `show()` ends */
  #free = [];

  #renderer;

  /** @param {Renderer<Element>} renderer */
  constructor(renderer) {
    this.#renderer = renderer;
  }

  /**
   * Mounts rows [start, end) and keeps pinned rows mounted.
   * @param {number} start @param {number} end
   * @param {number} also one more row to mount, or -1
   */
  show(start, end, also) {
    /** @type {Row<Element>[]} */
    const kept = [];
    for (const row of this.list) {
      const { index } = row;
      const inside = index >= start && index < end;
      if (inside || index === also || this.pins.has(row)) kept.push(row);
      else this.#leave(row);
    }
    /** @type {Row<Element>[]} */
    const list = [];
    let next = 0;
    /** @param {number} index */
    const mount = (index) => {
      while (kept[next]?.index < index) list.push(kept[next++]);
      if (kept[next]?.index === index) list.push(kept[next++]);
      else list.push(this.#enter(index, kept[next]?.element ?? null));
    };
    if (also >= 0 && also < start) mount(also);
    for (let index = start; index < end; index++) mount(index);
    while (next < kept.length) list.push(kept[next++]);
    this.list = list;
    for (const element of this.#free.splice(0)) this.#renderer.remove(element);
  }

  /**
   * Rows [at, at + removed) were replaced by `inserted` rows.
   * @param {number} at @param {number} removed @param {number} inserted
   */
  splice(at, removed, inserted) {
    const kept = [];
    for (const row of this.list) {
      if (row.index >= at && row.index < at + removed) {
        this.pins.delete(row);
        this.#leave(row);
      } else {
        if (row.index >= at) row.index += inserted - removed;
        kept.push(row);
      }
    }
    this.list = kept;
  }

  /** @param {Row<Element>} row */
  #leave(row) {
    this.#renderer.unbind(row);
    this.#free.push(row.element);
  }

  /** @param {number} index @param {Element | null} before @returns {Row<Element>} */
  #enter(index, before) {
    const element = (this.recycle && this.#free.pop()) || this.#renderer.make();
    const row = { index, element };
    this.#renderer.bind(row);
    this.#renderer.insert(element, before);
    return row;
  }
}
