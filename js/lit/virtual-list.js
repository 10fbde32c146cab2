import { integerIn } from "../core/check.js";
import { HeadlessList } from "../elements/list/headless.js";

/**
 * @typedef {object} RowCount
 * @property {number | (() => number)} rows their number; a function is asked at each update of the host
 * @typedef {RowCount & import("../elements/types/wrappers.js").RowSizes} VirtualListControllerOptions
 */

const count = integerIn(0, 2 ** 32 - 2);

/**
 * A virtual list in the host's own markup. Attach `scroller`, `content` and each row's `row(index)` with
 * Lit's `ref` directive, and place each row at its `start`. The host updates when the rows change.
 */
export class VirtualListController {
  #host;
  #rows;
  #options;
  /** @type {HeadlessList | undefined} */
  #list;
  #count = -1;
  /** @type {HTMLElement | undefined} */
  #scroller;
  /** @type {HTMLElement | undefined} */
  #content;
  #connected = false;
  /** @type {Map<number, (element?: Element) => void>} by index, of the rows that are rendered */
  #refs = new Map();
  /** Why the engine could not start. @type {unknown} */
  error;

  /**
   * @param {import("lit").ReactiveControllerHost} host
   * @param {VirtualListControllerOptions} options
   * @throws {TypeError | RangeError} for a bad number of rows; `error` has other bad options
   */
  constructor(host, { rows, ...options }) {
    this.#host = host;
    this.#rows = typeof rows === "function" ? rows : () => rows;
    this.#options = options;
    if (typeof rows !== "function") count(rows, "VirtualListController: rows");
    host.addController(this);
  }

  /** The rows to render, ascending. @returns {readonly import("../elements/list/headless.js").VirtualRow[]} */
  get rows() {
    return this.#list?.rows ?? [];
  }

  /** The content's height, px. */
  get total() {
    return this.#list?.total ?? 0;
  }

  /** The visible rows: [start, end). */
  get range() {
    return this.#list?.range ?? { start: 0, end: 0 };
  }

  /** For `ref` of the element that scrolls. */
  scroller = (/** @type {Element | undefined} */ element) => {
    this.#scroller = /** @type {HTMLElement | undefined} */ (element);
    this.#connected = false;
  };

  /** For `ref` of the box in it that contains the rows. Its height is set. */
  content = (/** @type {Element | undefined} */ element) => {
    this.#content = /** @type {HTMLElement | undefined} */ (element);
    this.#connected = false;
  };

  /** For `ref` of a row, which is measured. @param {number} index @returns {(element?: Element) => void} */
  row(index) {
    const known = this.#refs.get(index);
    if (known) return known;
    /** @type {Element | undefined} */
    let before;
    const ref = (/** @type {Element | undefined} */ element) => {
      if (element) this.#list?.measure(element, index);
      else {
        if (before) this.#list?.forget(before);
        this.#refs.delete(index);
      }
      before = element;
    };
    this.#refs.set(index, ref);
    return ref;
  }

  /**
   * Brings a row into view and holds it there until the user scrolls.
   * @param {number} index @param {import("../list/index.js").Align} [align]
   * @throws {RangeError} for a row that does not exist @throws {TypeError} for another word
   */
  scrollToIndex(index, align) {
    this.#list?.scrollToIndex(index, align);
  }

  /**
   * Rows were replaced; those in view stay put. Call it before the host updates with another number.
   * @param {number} at @param {number} removed @param {number} inserted
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    this.#list?.splice(at, removed, inserted);
    this.#count += inserted - removed;
  }

  hostConnected() {
    this.#count = this.#rows();
    const list = new HeadlessList({ ...this.#options, rows: this.#count }, () =>
      this.#host.requestUpdate(),
    );
    this.#list = list;
    list.loaded.catch((error) => {
      this.error = error;
      this.#host.requestUpdate();
    });
    this.#connected = false;
    this.#host.requestUpdate();
  }

  hostUpdate() {
    const rows = this.#rows();
    if (rows === this.#count) return;
    count(rows, "VirtualListController: rows");
    this.#count = rows;
    this.#list?.setRows(rows);
  }

  hostUpdated() {
    if (this.#connected || !this.#scroller || !this.#content) return;
    this.#connected = true;
    this.#list?.connect(this.#scroller, this.#content);
  }

  hostDisconnected() {
    this.#list?.dispose();
    this.#list = undefined;
  }
}
