import { unwatch, watchForLeak } from "#leaks";
import { boolean, checkOptions, integerIn, numberIn } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { granted } from "../core/memory.js";
import { rooms } from "../core/rooms.js";
import { loadWasm } from "../core/wasm.js";
import { alignment, readFrame } from "./frame.js";
import { Lines } from "./lines.js";

/** @typedef {import("../core/wasm.js").Wasm<"list">} Core */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./frame.js").Align} Align */

const maxRows = 2 ** 32 - 2;
const maxPx = 33_554_431;
const size = numberIn(0, maxPx);
// Of all rows alike: the sum of the most rows, with gaps, must fit into the core's 64 bits.
const each = numberIn(0, 16_777_215);
const rowCount = integerIn(0, maxRows);

/**
 * @typedef {object} ListOptions
 * @property {number} [rows] 0
 * @property {number} [estimate] px of a row nobody measured, to 16,777,215; 40
 * @property {number} [overscan] px rendered before and after the viewport at rest; 400
 * @property {number} [gap] px between rows, to 16,777,215; 0
 * @property {number} [lanes] rows beside each other; 1. A line is as high as its highest row
 * @property {boolean} [masonry] no lines: each row goes to the lane that is shortest; up to 64 of them
 */

const checks = {
  rows: rowCount,
  estimate: each,
  overscan: size,
  gap: each,
  lanes: integerIn(1, 1000),
  masonry: boolean,
};

/** @param {number} lanes @param {boolean} [masonry] */
const laneCount = (lanes, masonry) => integerIn(1, masonry ? 64 : 1000)(lanes, "lanes");

/**
 * Windowing over rows of any height, without DOM: which rows to render for a
 * scroll position, and where. One crossing into WASM a frame; measuring a row,
 * finding one and splicing anywhere take about a microsecond, for a hundred
 * million rows as for ten.
 *
 * `Align` for `scrollTo`: `start`, `center`, `end`, `nearest`.
 * Codes of errors: `CLOSED` after `dispose()`. A call that is refused memory throws a `RangeError`
 * and changes nothing; `frame()` instead leaves rows at the size they had, or shows fewer of masonry.
 */
export class VirtualList {
  #core;
  #address; // owned; freed by dispose()
  #lines = new Lines();
  #gap;
  #masonry = false;
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
    laneCount(options.lanes ?? 1, options.masonry);
    return new VirtualList(await loadWasm("list"), options);
  }

  /** @param {Core} core @param {ListOptions} options checked by `create` */
  constructor(
    core,
    { rows = 0, estimate = 40, overscan = 400, gap = 0, lanes = 1, masonry = false },
  ) {
    this.#core = core;
    this.#address = granted(core.apus_list_new(rows, estimate));
    this.#lines.rows = rows;
    core.apus_list_set_overscan(this.#address, overscan);
    core.apus_list_set_gap(this.#address, gap);
    this.#gap = gap;
    this.setLanes(lanes, masonry);
    watchForLeak(this, "VirtualList");
  }

  /** Rows in the list. */
  get size() {
    return this.#lines.rows;
  }

  /** The sum of all rows and gaps. px. */
  get total() {
    if (!this.size) return 0;
    return this.offsetOf(this.size - 1) + this.sizeOf(this.size - 1);
  }

  /** Rows of a line, beside each other; of masonry, which has no lines, 1. */
  get lanes() {
    return this.#lines.across;
  }

  /** Whether each row goes to the lane that is shortest. */
  get masonry() {
    return this.#masonry;
  }

  /** Px between rows. */
  get gap() {
    return this.#gap;
  }

  /** Bytes of WASM memory that the sizes take. */
  get bytes() {
    return this.#open().apus_list_bytes(this.#address) >>> 0;
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
    const { memory, apus_list_frame } = this.#core;
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
      apus_list_frame(this.#address, now, scroll, viewport, flags, address, count >>> 1) >>> 3;
    const frame = this.#frame;
    readFrame(frame, memory.f64, answer);
    this.#lines.widen(frame);
    return frame;
  }

  /**
   * Notes a row's measured size (with lanes: its line's) for the next `frame()`: nothing crosses yet. Rows
   * beyond the end are skipped then.
   * @param {number} row @param {number} px
   */
  note(row, px) {
    this.#pairs.push(this.#lines.of(row), px);
  }

  /**
   * Where another line than `frame.start` begins in the scroller.
   * @param {Frame} frame @param {number} row
   */
  originOf(frame, row) {
    if (row === frame.start || row >= this.size) return frame.origin;
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
    granted(this.#core.apus_list_measure_one(this.#address, this.#line(row), px));
  }

  /**
   * Replaces rows by rows of the estimated size. O(log rows + removed / 512).
   * @param {number} at @param {number} removed @param {number} inserted
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    this.#open();
    integerIn(0, this.size)(at, "at");
    integerIn(0, this.size - at)(removed, "removed");
    integerIn(0, maxRows - this.size + removed)(inserted, "inserted");
    this.#splice(...this.#lines.splice(at, removed, inserted));
    this.#lines.rows += inserted - removed;
  }

  /**
   * Rows beside each other: a grid, whose lines are measured anew, or masonry.
   * @param {number} lanes @param {boolean} [masonry] each row in the lane that is shortest
   * @throws {RangeError} for more than 1,000 lanes, of masonry 64; nothing changed
   */
  setLanes(lanes, masonry = false) {
    laneCount(lanes, masonry);
    this.#open();
    const across = masonry ? 1 : lanes;
    if (across !== this.lanes) {
      this.#splice(0, this.#lines.count(), this.#lines.count(across));
      this.#lines.across = across;
    }
    granted(this.#core.apus_list_set_lanes(this.#address, masonry ? lanes : 1));
    this.#masonry = masonry;
  }

  /** Moves a row with its size. @param {number} from @param {number} to its index afterwards */
  move(from, to) {
    this.#line(from);
    this.#line(to);
    if (this.lanes === 1) granted(this.#core.apus_list_move(this.#address, from, to));
  }

  /** Px from the list's start to the row's. O(log rows). @param {number} row */
  offsetOf(row) {
    return this.#core.apus_list_offset_of(this.#address, this.#line(row));
  }

  /** Of masonry: the lane of a row that the last frame rendered, else -1. @param {number} row */
  laneOf(row) {
    const line = this.#line(row);
    return this.#masonry ? this.#core.apus_list_lane_of(this.#address, line) : -1;
  }

  /** Px, measured or estimated. O(log rows). @param {number} row */
  sizeOf(row) {
    return this.#core.apus_list_size_of(this.#address, this.#line(row));
  }

  /** The row at px from the list's start; -1 in an empty list. O(log rows). @param {number} px */
  rowAt(px) {
    this.#open();
    if (Number.isNaN(px)) throw new RangeError("px must be a number, got NaN");
    if (!this.size) return -1;
    const at = Math.min(Math.max(px, 0), 2 ** 53);
    return (this.#core.apus_list_row_at(this.#address, at) >>> 0) * this.lanes;
  }

  /**
   * Brings a row into view at the next frame, and holds it there through every
   * measurement until the scroller is moved.
   * @param {number} row @param {Align} [align]
   */
  scrollTo(row, align = "start") {
    this.#core.apus_list_scroll_to(this.#address, this.#line(row), alignment(align));
  }

  /** Where `scrollTo` would go now. px. @param {number} row @param {Align} [align] */
  target(row, align = "start") {
    return this.#core.apus_list_target(this.#address, this.#line(row), alignment(align));
  }

  /** Goes to a position of the list at the next frame. @param {number} px beyond the ends: to them */
  go(px) {
    this.#open();
    numberIn(-Infinity, Infinity)(px, "px");
    this.#core.apus_list_go(this.#address, Math.min(Math.max(px, 0), 2 ** 50));
  }

  /** The row that stays through changes, and its distance from the viewport's edge in px. */
  get anchor() {
    const core = this.#open();
    const row = (core.apus_list_anchor_row(this.#address) >>> 0) * this.lanes;
    return { row, px: core.apus_list_anchor_px(this.#address) };
  }

  /** Brings a row's edge `px` from the viewport's at the next frame. @param {{ row: number, px: number }} anchor */
  hold({ row, px }) {
    this.#core.apus_list_hold(this.#address, this.#line(row), px);
  }

  /** The scroller lost its place: the next frame sets it, whatever it shows. */
  resume() {
    this.#open().apus_list_resume(this.#address);
  }

  /** Px before the first and after the last row. @param {number} leading @param {number} trailing */
  setPadding(leading, trailing) {
    size(leading, "leading");
    size(trailing, "trailing");
    this.#open().apus_list_set_padding(this.#address, leading, trailing);
  }

  /** Whether the end stays in view while rows arrive there. @param {boolean} stick */
  setStick(stick) {
    this.#open().apus_list_set_stick(this.#address, Number(stick));
  }

  /** @param {number} px of each row nobody measured. O(measured rows). */
  setEstimate(px) {
    each(px, "estimate");
    this.#open().apus_list_set_estimate(this.#address, px);
  }

  /** @param {number} px rendered before and after the viewport at rest */
  setOverscan(px) {
    size(px, "overscan");
    this.#open().apus_list_set_overscan(this.#address, px);
  }

  /** @param {number} px between rows */
  setGap(px) {
    each(px, "gap");
    this.#open().apus_list_set_gap(this.#address, px);
    this.#gap = px;
  }

  /** Which rows are sticky headers. Splices move them. @param {Uint32Array} rows ascending */
  setHeaders(rows) {
    this.#open();
    const address = this.#core.memory.write(rows);
    granted(this.#core.apus_list_headers(this.#address, address, rows.length));
  }

  /** Frees the sizes. A second call does nothing. */
  dispose() {
    if (!this.#address) return;
    this.#core.apus_list_delete(this.#address);
    this.#address = 0;
    unwatch(this);
  }

  [dispose]() {
    this.dispose();
  }

  /** Of lines. @param {number} at @param {number} removed @param {number} inserted */
  #splice(at, removed, inserted) {
    granted(this.#core.apus_list_splice(this.#address, at, removed, inserted));
  }

  #open() {
    if (!this.#address) throw new ApusError("CLOSED", "VirtualList: used after dispose()");
    return this.#core;
  }

  /** @param {number} row @returns {number} its line */
  #line(row) {
    this.#open();
    if (!(Number.isInteger(row) && row >= 0 && row < this.size)) {
      throw new RangeError(`row must be an integer below ${this.size}, got ${String(row)}`);
    }
    return this.#lines.of(row);
  }
}
