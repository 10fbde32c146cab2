import { alignment } from "../../list/frame.js";
import { checkRow } from "../../list/options.js";
import { VirtualList } from "../../list/virtual-list.js";
import { Scroller } from "./scroller.js";

/** @typedef {import("../../list/frame.js").Align} Align */

/**
 * A row to render.
 * @typedef {object} VirtualRow
 * @property {number} index
 * @property {number} start where it begins in the content, px
 */

/** @typedef {{ rows?: number } & import("../types/wrappers.js").RowSizes} HeadlessOptions rows: their number, 0 */

/**
 * A virtual list in markup that is not its own, for wrappers of frameworks: a scroller, in it a content
 * box of the list's length, in it the rows that `rows` names, each placed at its `start` and given to
 * `measure()`. Scrolls vertically. Measured rows move nothing that is in view.
 */
export class HeadlessList {
  /** The rows to render, ascending. @type {readonly VirtualRow[]} */
  rows = [];
  /** The length of the content, px. */
  total = 0;
  /** The visible rows: [start, end). */
  range = { start: 0, end: 0 };

  #changed;
  #options;
  #count;
  /** @type {VirtualList | undefined} */
  #list;
  /** @type {Scroller | undefined} */
  #scroller;
  /** @type {ResizeObserver | undefined} */
  #observer;
  /** @type {Map<Element, number>} the rows' elements */
  #indexes = new Map();
  /** @type {[index: number, align: Align] | undefined} before the engine had loaded */
  #wanted;
  #disposed = false;
  #hidden = false;
  /** Settles when the engine has loaded; rejects with `WASM_UNAVAILABLE`. @type {Promise<void>} */
  loaded;

  /**
   * @param {HeadlessOptions} options
   * @param {() => void} changed called when `rows`, `total` or `range` are others
   * @throws {TypeError | RangeError} `loaded` rejects with it for a bad option
   */
  constructor(options, changed) {
    this.#changed = changed;
    this.#options = options;
    this.#count = options.rows ?? 0;
    this.loaded = this.#load();
    this.loaded.catch(() => {}); // the wrapper reports it
  }

  async #load() {
    const options = this.#options;
    const list = await VirtualList.create(options);
    if (this.#disposed) return list.dispose();
    this.#list = list;
    if (options !== this.#options) this.setOptions(this.#options);
    this.setRows(this.#count);
    if (this.#wanted && this.#wanted[0] < this.#count) list.scrollTo(...this.#wanted);
    this.#frame();
  }

  /**
   * Changes the estimate, the overscan and the gap.
   * @param {HeadlessOptions} options `rows` is not read
   * @throws {TypeError | RangeError} for a bad one; those before it have changed
   */
  setOptions(options) {
    const { estimate = 40, overscan = 400, gap = 0 } = options;
    this.#options = options;
    this.#list?.setEstimate(estimate);
    this.#list?.setOverscan(overscan);
    this.#list?.setGap(gap);
    this.#frame();
  }

  /**
   * Follows a scroller; one before is left.
   * @param {HTMLElement} element has a height and scrolls
   * @param {HTMLElement} content the box in it; the list sets its height
   */
  connect(element, content) {
    this.disconnect();
    element.style.overflowAnchor = "none"; // the list itself holds the rows in view
    content.style.position = "relative";
    this.#scroller = new Scroller(element, content, () => this.#frame());
    this.#scroller.resize();
    this.#observer = new ResizeObserver((entries) => this.#resized(entries));
    this.#observer.observe(element);
    for (const row of this.#indexes.keys()) this.#observer.observe(row);
    this.#list?.resume();
    this.total = 0;
    this.#frame();
  }

  /** Leaves the scroller; `connect()` takes it up where it was. */
  disconnect() {
    this.#scroller?.disconnect();
    this.#observer?.disconnect();
    this.#scroller = this.#observer = undefined;
  }

  /** Measures a row's element, now and whenever its size changes. @param {Element} element @param {number} index */
  measure(element, index) {
    const known = this.#indexes.get(element);
    if (known === index) return;
    this.#indexes.set(element, index);
    if (known !== undefined) this.#observer?.unobserve(element); // its size counts for another row
    this.#observer?.observe(element);
  }

  /** The element is gone. @param {Element} element */
  forget(element) {
    this.#indexes.delete(element);
    this.#observer?.unobserve(element);
  }

  /** Adds or removes rows at the end. @param {number} count @throws {RangeError} for a bad count; nothing changed */
  setRows(count) {
    const list = this.#list;
    if (list) {
      const { size } = list;
      list.splice(Math.min(size, count), Math.max(size - count, 0), Math.max(count - size, 0));
    }
    this.#count = count;
    this.#frame();
  }

  /**
   * Rows were replaced; those in view stay put.
   * @param {number} at @param {number} removed @param {number} inserted
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    this.spliceAll([[at, removed, inserted]]);
  }

  /** Splices in this order, in one frame. @param {readonly import("../../list/data.js").Splice[]} splices */
  spliceAll(splices) {
    for (const [at, removed, inserted] of splices) {
      this.#list?.splice(at, removed, inserted);
      this.#count += inserted - removed;
    }
    this.#frame();
  }

  /**
   * Brings a row into view and holds it there until the user scrolls.
   * @param {number} index @param {Align} [align]
   * @throws {RangeError} for a row that does not exist @throws {TypeError} for another word
   */
  scrollToIndex(index, align = "start") {
    if (!this.#list) {
      checkRow(this.#count, index);
      alignment(align);
      this.#wanted = [index, align];
    } else this.#list.scrollTo(index, align);
    this.#frame();
  }

  /** Frees the memory. A second call does nothing. */
  dispose() {
    this.#disposed = true;
    this.disconnect();
    this.#indexes.clear();
    this.#list?.dispose();
    this.#list = undefined;
  }

  /** @param {ResizeObserverEntry[]} entries */
  #resized(entries) {
    const hidden = !this.#scroller?.host.getClientRects().length;
    if (this.#hidden && !hidden) this.#list?.resume(); // the browser may have moved it
    this.#hidden = hidden;
    if (hidden) return; // hidden rows have no size
    for (const { target, borderBoxSize } of entries) {
      const index = this.#indexes.get(target);
      if (target === this.#scroller?.host) this.#scroller.resize();
      else if (!target.isConnected) this.forget(target);
      else if (index !== undefined && index < this.#count)
        this.#list?.note(index, borderBoxSize[0].blockSize);
    }
    this.#frame();
  }

  #frame() {
    const list = this.#list;
    const scroller = this.#scroller;
    if (!list || !scroller?.host.getClientRects().length) return;
    const { position, viewport, flags } = scroller;
    const frame = list.frame(performance.now(), position, viewport, flags);
    const { start, end, first, last, extent } = frame;
    const rows = [];
    for (let index = start; index < end; index++)
      rows.push({ index, start: list.originOf(frame, index) });
    const same = extent === this.total && sameRows(rows, this.rows);
    if (extent !== this.total) scroller.content.style.height = `${extent}px`;
    if (frame.scroll !== -1) scroller.set(frame.scroll);
    if (same && first === this.range.start && last + 1 === this.range.end) return;
    this.rows = rows;
    this.total = extent;
    this.range = { start: Math.max(first, 0), end: last + 1 };
    this.#changed();
  }
}

/** @param {readonly VirtualRow[]} a @param {readonly VirtualRow[]} b */
const sameRows = (a, b) =>
  a.length === b.length &&
  a.every(({ index, start }, i) => index === b[i].index && start === b[i].start);
