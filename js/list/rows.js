/**
 * @template Element
 * @typedef {object} Row a mounted row
 * @property {number} index
 * @property {Element} element
 */

/**
 * What becomes of elements; a list in a document makes, fills and moves real ones.
 * @template Element
 * @typedef {object} Stage
 * @property {() => Element} make an element for any row
 * @property {(row: Row<Element>) => void} bind shows row `row.index` in `row.element`
 * @property {(row: Row<Element>) => void} gone it left
 * @property {(element: Element, before: Element | null) => void} insert
 * @property {(element: Element) => void} remove
 */

/**
 * The rows that are mounted, in the order of their indexes, which is
 * also the order of their elements. Elements of rows that leave serve those
 * that come; a row keeps its element through splices.
 * @template Element
 */
export class Rows {
  /** @type {Row<Element>[]} ascending */
  list = [];
  /** @type {Set<Row<Element>>} stay mounted however far one scrolls: the focused row, a selection's ends */
  pins = new Set();
  /** @type {Element[]} free elements, still where they were until `show()` ends */
  #free = [];

  #stage;

  /** @param {Stage<Element>} stage */
  constructor(stage) {
    this.#stage = stage;
  }

  /**
   * Mounts rows [start, end), and keeps the pinned ones wherever they are.
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
    for (const element of this.#free.splice(0)) this.#stage.remove(element);
  }

  /**
   * Rows [at, at + removed) left the list, `inserted` came.
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
    this.#stage.gone(row);
    this.#free.push(row.element);
  }

  /** @param {number} index @param {Element | null} before @returns {Row<Element>} */
  #enter(index, before) {
    const element = this.#free.pop() ?? this.#stage.make();
    const row = { index, element };
    this.#stage.bind(row);
    this.#stage.insert(element, before);
    return row;
  }
}
