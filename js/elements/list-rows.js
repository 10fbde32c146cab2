/**
 * @typedef {object} Row a mounted row
 * @property {number} index
 * @property {unknown} item
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
  /** @type {HTMLElement[]} free elements, still in the document until `end()` */
  #free = [];

  #host;
  #make;
  #bind;
  #gone;

  /**
   * @param {HTMLElement} host
   * @param {() => HTMLElement} make an element for any row
   * @param {(row: Row) => void} bind shows `row.item` in `row.element`
   * @param {(element: HTMLElement) => void} gone its row left
   */
  constructor(host, make, bind, gone) {
    this.#host = host;
    this.#make = make;
    this.#bind = bind;
    this.#gone = gone;
  }

  /**
   * Mounts just rows [start, end) and the pinned ones.
   * @param {number} start @param {number} end
   * @param {number[]} pins ascending
   * @param {(index: number) => unknown} itemAt
   */
  show(start, end, pins, itemAt) {
    /** @type {Row[]} */
    const kept = [];
    for (const row of this.list) {
      if ((row.index >= start && row.index < end) || pins.includes(row.index)) kept.push(row);
      else this.#leave(row);
    }
    /** @type {Row[]} */
    const list = [];
    let next = 0;
    /** @param {number} index */
    const mount = (index) => {
      if (kept[next]?.index === index) list.push(kept[next++]);
      else list.push(this.#enter(index, itemAt, kept[next]?.element ?? null));
    };
    for (const pin of pins) if (pin < start) mount(pin);
    for (let index = start; index < end; index++) mount(index);
    for (const pin of pins) if (pin >= end) mount(pin);
    this.list = list;
    for (const element of this.#free.splice(0)) element.remove();
  }

  /**
   * Rows [at, at + removed) left the list, `inserted` came.
   * @param {number} at @param {number} removed @param {number} inserted
   */
  splice(at, removed, inserted) {
    const { list } = this;
    const kept = [];
    for (const row of list) {
      if (row.index >= at && row.index < at + removed) this.#leave(row);
      else {
        if (row.index >= at) row.index += inserted - removed;
        kept.push(row);
      }
    }
    this.list = kept;
  }

  /** Every row leaves; the elements serve what `show()` mounts next. */
  clear() {
    for (const row of this.list.splice(0)) this.#leave(row);
  }

  /** @param {Row} row */
  #leave(row) {
    this.#gone(row.element);
    this.#free.push(row.element);
  }

  /** @param {number} index @param {(index: number) => unknown} itemAt @param {Node | null} before */
  #enter(index, itemAt, before) {
    const element = this.#free.pop() ?? this.#make();
    const row = { index, item: itemAt(index), element };
    this.#bind(row);
    this.#host.insertBefore(element, before);
    return row;
  }
}
