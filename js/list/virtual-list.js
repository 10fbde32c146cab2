import { unwatch, watchForLeak } from "#leaks";
import { checkOptions, integerIn, numberIn } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { loadCore } from "../core/wasm.js";
import { alignment, fields } from "./frame.js";

/** @typedef {import("../core/wasm.js").Core} Core */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./frame.js").Align} Align */

const maxRows = 2 ** 32 - 2;
const maxPx = 33_554_431;
const size = numberIn(0, maxPx);
const rowCount = integerIn(0, maxRows);

/**
 * @typedef {object} ListOptions
 * @property {number} [rows] 0
 * @property {number} [estimate] px of a row nobody measured; 40
 * @property {number} [overscan] px rendered before and after the viewport at rest; 400
 * @property {number} [gap] px between rows; 0
 * @property {number} [lanes] rows beside each other; 1. A line is as high as its highest row
 */

const checks = {
  rows: rowCount,
  estimate: size,
  overscan: size,
  gap: size,
  lanes: integerIn(1, 1000),
};

/**
 * Windowing over rows of any height, without DOM: which rows to render for a
 * scroll position, and where. One crossing into WASM a frame; measuring a row,
 * finding one and splicing anywhere take about a microsecond, for a hundred
 * million rows as for ten.
 *
 * `Align` for `scrollTo`: `start`, `center`, `end`, `nearest`.
 * Codes of errors: `CLOSED` after `dispose()`.
 */
export class VirtualList {
  #core;
  #address; // owned; freed by dispose()
  #size;
  #gap;
  #lanes;
  /** @type {number[]} row, px, row, px… */
  #pairs = [];
  /** @type {Frame} */
  #frame = /** @type {any} */ ({});

  /**
   * @param {ListOptions} [options]
   * @throws {TypeError} for an unknown option or a wrong type
   * @throws {RangeError} for a number out of bounds
   */
  static async create(options = {}) {
    checkOptions("VirtualList.create", options, checks);
    return new VirtualList(await loadCore(), options);
  }

  /** @param {Core} core @param {ListOptions} options checked by `create` */
  constructor(core, { rows = 0, estimate = 40, overscan = 400, gap = 0, lanes = 1 }) {
    this.#core = core;
    this.#address = core._apus_list_new(Math.ceil(rows / lanes), estimate);
    this.#lanes = lanes;
    this.#size = rows;
    core._apus_list_set_overscan(this.#address, overscan);
    core._apus_list_set_gap(this.#address, gap);
    this.#gap = gap;
    watchForLeak(this, "VirtualList");
  }

  /** Rows in the list. */
  get size() {
    return this.#size;
  }

  /** The sum of all rows and gaps. px. */
  get total() {
    return this.#size ? this.offsetOf(this.#size - 1) + this.sizeOf(this.#size - 1) : 0;
  }

  /** Rows beside each other. */
  get lanes() {
    return this.#lanes;
  }

  /** Px between rows. */
  get gap() {
    return this.#gap;
  }

  /** Bytes of WASM memory that the sizes take. */
  get bytes() {
    return this.#open()._apus_list_bytes(this.#address) >>> 0;
  }

  /**
   * One frame: measurements go in, the range with positions comes out.
   * @param {number} now ms, e.g. `performance.now()`
   * @param {number} scroll the scroller's position, px
   * @param {number} viewport px
   * @param {number} [flags] GESTURE | RESTING | OUTSIDE
   * @returns {Frame} the same object each time
   */
  frame(now, scroll, viewport, flags = 0) {
    this.#open();
    const { memory, rooms, _apus_list_frame } = this.#core;
    // All of the frame's script, what renders the rows included, is over when this turn is.
    if (rooms.listeners.size)
      queueMicrotask(() => rooms.tell("list.frame", performance.now() - now));
    const pairs = this.#pairs;
    const count = pairs.length;
    let address = 0;
    if (count) {
      address = memory.room(8 * count);
      const { f64 } = memory;
      for (let i = 0, at = address >>> 3; i < count; i++) f64[at + i] = pairs[i];
      pairs.length = 0;
    }
    const answer =
      _apus_list_frame(this.#address, now, scroll, viewport, flags, address, count >>> 1) >>> 3;
    const { f64 } = memory;
    for (let i = 0; i < fields.length; i++) this.#frame[fields[i]] = f64[answer + i];
    const frame = this.#frame;
    const lanes = this.#lanes;
    if (lanes > 1) {
      frame.start *= lanes;
      frame.first *= lanes;
      frame.end = Math.min(frame.end * lanes, this.#size);
      frame.last = Math.min((frame.last + 1) * lanes, this.#size) - 1;
    }
    return frame;
  }

  /**
   * Notes a row's measured size (with lanes: its line's) for the next `frame()`: nothing crosses yet. Rows
   * beyond the end are skipped then.
   * @param {number} row @param {number} px
   */
  note(row, px) {
    this.#pairs.push(Math.floor(row / this.#lanes), px);
  }

  /**
   * Where another line than `frame.start` begins in the scroller.
   * @param {Frame} frame @param {number} row
   */
  originOf(frame, row) {
    if (row === frame.start || row >= this.#size) return frame.origin;
    return frame.origin + this.offsetOf(row) - this.offsetOf(frame.start);
  }

  /**
   * Sets a row's size. O(log rows).
   * @param {number} row @param {number} px 0 to 33,554,431
   * @throws {RangeError} for a row or a size out of range; nothing changed
   */
  measure(row, px) {
    this.#open();
    size(px, "px");
    this.#core._apus_list_measure_one(this.#address, this.#line(row), px);
  }

  /**
   * Replaces rows by rows of the estimated size. O(log rows + removed / 512).
   * @param {number} at @param {number} removed @param {number} inserted
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    this.#open();
    integerIn(0, this.#size)(at, "at");
    integerIn(0, this.#size - at)(removed, "removed");
    integerIn(0, maxRows - this.#size + removed)(inserted, "inserted");
    const lanes = this.#lanes;
    const lines = Math.ceil(this.#size / lanes);
    this.#size += inserted - removed;
    if (lanes > 1) {
      // Rows after the splice move to other lines, whose sizes show anew when they are seen.
      const more = Math.ceil(this.#size / lanes) - lines;
      at = Math.min(Math.floor(at / lanes), lines - Math.max(-more, 0));
      [removed, inserted] = more < 0 ? [-more, 0] : [0, more];
    }
    this.#core._apus_list_splice(this.#address, at, removed, inserted);
  }

  /** Rows beside each other. @param {number} lanes */
  setLanes(lanes) {
    checks.lanes(lanes, "lanes");
    const rows = this.#size;
    this.splice(0, rows, 0);
    this.#lanes = lanes;
    this.splice(0, 0, rows);
  }

  /** Moves a row with its size. @param {number} from @param {number} to its index afterwards */
  move(from, to) {
    this.#line(from);
    this.#line(to);
    if (this.#lanes === 1) this.#core._apus_list_move(this.#address, from, to);
  }

  /** Px from the list's start to the row's. O(log rows). @param {number} row */
  offsetOf(row) {
    return this.#core._apus_list_offset_of(this.#address, this.#line(row));
  }

  /** Px, measured or estimated. O(log rows). @param {number} row */
  sizeOf(row) {
    return this.#core._apus_list_size_of(this.#address, this.#line(row));
  }

  /** The row at px from the list's start; -1 in an empty list. O(log rows). @param {number} px */
  rowAt(px) {
    this.#open();
    if (Number.isNaN(px)) throw new RangeError("px must be a number, got NaN");
    if (!this.#size) return -1;
    const at = Math.min(Math.max(px, 0), 2 ** 53);
    return (this.#core._apus_list_row_at(this.#address, at) >>> 0) * this.#lanes;
  }

  /**
   * Brings a row into view at the next frame, and holds it there through every
   * measurement until the scroller is moved.
   * @param {number} row @param {Align} [align]
   */
  scrollTo(row, align = "start") {
    this.#core._apus_list_scroll_to(this.#address, this.#line(row), alignment(align));
  }

  /** Where `scrollTo` would go now. px. @param {number} row @param {Align} [align] */
  target(row, align = "start") {
    return this.#core._apus_list_target(this.#address, this.#line(row), alignment(align));
  }

  /** Goes to a position of the list at the next frame. @param {number} px beyond the ends: to them */
  go(px) {
    this.#open();
    numberIn(-Infinity, Infinity)(px, "px");
    this.#core._apus_list_go(this.#address, Math.min(Math.max(px, 0), 2 ** 50));
  }

  /** The row that stays through changes, and its distance from the viewport's edge in px. */
  get anchor() {
    const core = this.#open();
    const row = (core._apus_list_anchor_row(this.#address) >>> 0) * this.#lanes;
    return { row, px: core._apus_list_anchor_px(this.#address) };
  }

  /** Brings a row's edge `px` from the viewport's at the next frame. @param {{ row: number, px: number }} anchor */
  hold({ row, px }) {
    this.#core._apus_list_hold(this.#address, this.#line(row), px);
  }

  /** The scroller lost its place: the next frame sets it, whatever it shows. */
  resume() {
    this.#open()._apus_list_resume(this.#address);
  }

  /** Px before the first and after the last row. @param {number} leading @param {number} trailing */
  setPadding(leading, trailing) {
    size(leading, "leading");
    size(trailing, "trailing");
    this.#open()._apus_list_set_padding(this.#address, leading, trailing);
  }

  /** Whether the end stays in view while rows arrive there. @param {boolean} stick */
  setStick(stick) {
    this.#open()._apus_list_set_stick(this.#address, Number(stick));
  }

  /** @param {number} px of each row nobody measured. O(measured rows). */
  setEstimate(px) {
    size(px, "estimate");
    this.#open()._apus_list_set_estimate(this.#address, px);
  }

  /** @param {number} px rendered before and after the viewport at rest */
  setOverscan(px) {
    size(px, "overscan");
    this.#open()._apus_list_set_overscan(this.#address, px);
  }

  /** @param {number} px between rows */
  setGap(px) {
    size(px, "gap");
    this.#open()._apus_list_set_gap(this.#address, px);
    this.#gap = px;
  }

  /** Which rows are sticky headers. Splices move them. @param {Uint32Array} rows ascending */
  setHeaders(rows) {
    this.#open();
    const address = this.#core.memory.write(rows);
    this.#core._apus_list_headers(this.#address, address, rows.length);
  }

  /** Frees the sizes. A second call does nothing. */
  dispose() {
    if (!this.#address) return;
    this.#core._apus_list_delete(this.#address);
    this.#address = 0;
    unwatch(this);
  }

  [dispose]() {
    this.dispose();
  }

  #open() {
    if (!this.#address) throw new ApusError("CLOSED", "VirtualList: used after dispose()");
    return this.#core;
  }

  /** @param {number} row @returns {number} its line */
  #line(row) {
    this.#open();
    if (!(Number.isInteger(row) && row >= 0 && row < this.#size)) {
      throw new RangeError(`row must be an integer below ${this.#size}, got ${String(row)}`);
    }
    return Math.floor(row / this.#lanes);
  }
}
