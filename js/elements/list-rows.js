/**
 * @typedef {object} Row a mounted row
 * @property {number} index
 * @property {HTMLElement} element
 */

/**
 * The rows that are in the document, in the order of their indexes, which is
 * also the order of their elements. Elements of rows that leave serve those
 * that come; a row keeps its element through splices.
 */
export class Rows {
  /** @type {Row[]} ascending */
  list = [];
  /** @type {Set<Row>} stay mounted however far one scrolls: the focused row, a selection's ends */
  pins = new Set();
  /** @type {HTMLElement[]} free elements, still in the document until `end()` */
  #free = [];

  #host;
  #make;
  #bind;
  #gone;

  /**
   * @param {HTMLElement} host
   * @param {() => HTMLElement} make an element for any row
   * @param {(row: Row) => void} bind shows row `row.index` in `row.element`
   * @param {(row: Row) => void} gone it left
   */
  constructor(host, make, bind, gone) {
    this.#host = host;
    this.#make = make;
    this.#bind = bind;
    this.#gone = gone;
  }

  /**
   * Mounts rows [start, end), and keeps the pinned ones wherever they are.
   * @param {number} start @param {number} end
   * @param {number} also one more row to mount, or -1
   */
  show(start, end, also) {
    /** @type {Row[]} */
    const kept = [];
    for (const row of this.list) {
      const { index } = row;
      const inside = index >= start && index < end;
      if (inside || index === also || this.pins.has(row)) kept.push(row);
      else this.#leave(row);
    }
    /** @type {Row[]} */
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
    for (const element of this.#free.splice(0)) element.remove();
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

  /** @param {Row} row */
  #leave(row) {
    this.#gone(row);
    this.#free.push(row.element);
  }

  /** @param {number} index @param {Node | null} before @returns {Row} */
  #enter(index, before) {
    const element = this.#free.pop() ?? this.#make();
    const row = { index, element };
    this.#bind(row);
    this.#host.insertBefore(element, before);
    return row;
  }
}
