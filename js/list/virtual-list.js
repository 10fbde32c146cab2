import { checkOptions, numberIn } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { granted } from "../core/memory.js";
import { Owner } from "../core/owner.js";
import { rooms } from "../core/rooms.js";
import { loadWasm } from "../core/wasm.js";
import { alignment, emptyFrame, readFrame } from "./frame.js";
import { Lines } from "./lines.js";
import { Notes } from "./notes.js";
import { checkLanes, checkRow, checkSplice, checks, size, sizeOfAll } from "./options.js";

/** @typedef {import("../core/wasm.js").Wasm<"list">} Core */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./frame.js").Align} Align */
/** @typedef {import("./options.js").ListOptions} ListOptions */

/**
 * Windowing over rows of any height, without DOM: returns the rows to render at a scroll
 * position, and their places. A frame crosses into WASM once. Measuring a row, finding a row and
 * splicing take about a microsecond, in a list of ten rows and in one of a hundred million.
 *
 * Error codes: `CLOSED` after `dispose()`. When an argument is out of range or memory is refused, a
 * call throws a `RangeError` and changes nothing. Only `frame()` goes on without memory: it keeps
 * old sizes and returns less masonry.
 */
export class VirtualList {
  #core;
  #engine;
  #lines = new Lines();
  #gap;
  #masonry = false;
  #notes = new Notes();
  #frame = emptyFrame();

  /**
   * @param {ListOptions} [options]
   * @returns {Promise<VirtualList>} owned by the caller, who disposes of it
   * @throws {TypeError} for an unknown option or a wrong type
   * @throws {RangeError} for a number out of bounds
   */
  static async create(options = {}) {
    checkOptions("VirtualList.create", options, checks);
    checkLanes(options.lanes ?? 1, options.masonry);
    return new VirtualList(await loadWasm("list"), options);
  }

  /** Use `create`, which checks. @param {Core} core @param {ListOptions} options */
  constructor(core, options) {
    if (!core?.apus_list_new) throw new TypeError("use VirtualList.create()");
    const { rows = 0, estimate = 40, overscan = 400, gap = 0 } = options;
    const { lanes = 1, masonry = false } = options;
    this.#core = core;
    const engine = core.apus_list_new(rows, estimate);
    this.#engine = new Owner("VirtualList", engine, core.apus_list_delete);
    this.#lines.rows = rows;
    core.apus_list_set_overscan(this.#address, overscan);
    core.apus_list_set_gap(this.#address, gap);
    this.#gap = gap;
    try {
      this.setLanes(lanes, masonry);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Rows in the list. */
  get size() {
    return this.#lines.rows;
  }

  /** Px from the first row to the end of the last, with gaps. O(log rows). */
  get total() {
    const last = this.size - 1;
    return last < 0 ? 0 : this.offsetOf(last) + this.sizeOf(last);
  }

  /** Rows side by side in a line; 1 in masonry, which has no lines. */
  get lanes() {
    return this.#lines.across;
  }

  /** Whether each row goes to the shortest lane. */
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
   * Makes one frame: applies the noted sizes and returns the rows to render with their places.
   * O(log rows) for the frame and for each noted size.
   * @param {number} now ms, e.g. `performance.now()`
   * @param {number} scroll the scroller's position, px @param {number} viewport px
   * @param {number} [flags] bits: 1 wheel, touch or keys move the scroller; 2 the scroller is at
   *   rest and may be set; 4 the scroller contains more than the list
   * @returns {Frame} the same object at every call
   */
  frame(now, scroll, viewport, flags = 0) {
    const { memory, apus_list_frame } = this.#open();
    // The frame's script, rendering included, ends with this turn of the event loop.
    if (rooms.listeners.size)
      queueMicrotask(() => rooms.tell("list.frame", performance.now() - now));
    const { count } = this.#notes;
    const notes = this.#notes.write(memory);
    const at = apus_list_frame(this.#address, now, scroll, viewport, flags, notes, count) >>> 3;
    readFrame(this.#frame, memory.f64, at);
    this.#lines.widen(this.#frame);
    return this.#frame;
  }

  /** Notes a row's size, with lanes its line's, for the next `frame()`. Skips a size below 0. @param {number} row @param {number} px */
  note(row, px) {
    if (px >= 0) this.#notes.add(this.#lines.of(row), px);
  }

  /** Where the line of `row` begins in the scroller, px. @param {Frame} frame @param {number} row */
  originOf(frame, row) {
    if (row === frame.start || row >= this.size) return frame.origin;
    return frame.origin + this.offsetOf(row) - this.offsetOf(frame.start);
  }

  /** Sets a row's size. O(log rows). @param {number} row @param {number} px 0 to 33,554,431 */
  measure(row, px) {
    this.#open();
    size(px, "px");
    granted(this.#core.apus_list_measure_one(this.#address, this.#line(row), px));
  }

  /**
   * Replaces rows by rows of the estimated size. O(log rows + (removed + inserted) / 512).
   * @param {number} at @param {number} removed @param {number} inserted
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    this.#open();
    checkSplice(this.size, at, removed, inserted);
    const lines = this.#lines.splice(at, removed, inserted);
    granted(this.#core.apus_list_splice(this.#address, ...lines));
    this.#lines.rows += inserted - removed;
  }

  /**
   * Lays rows out side by side: as a grid, which forgets the sizes of its lines, or as masonry.
   * @param {number} lanes @param {boolean} [masonry] each row goes to the shortest lane
   * @throws {RangeError} for more than 1,000 lanes, in masonry 64; nothing changed
   */
  setLanes(lanes, masonry = false) {
    checkLanes(lanes, masonry);
    const core = this.#open();
    const lines = this.#lines;
    const across = masonry ? 1 : lanes;
    if (across !== lines.across) {
      granted(core.apus_list_splice(this.#address, 0, lines.count(), lines.count(across)));
      lines.across = across;
    }
    granted(core.apus_list_set_lanes(this.#address, masonry ? lanes : 1));
    this.#masonry = masonry;
  }

  /** Moves a row with its size. O(log rows). @param {number} from @param {number} to its new index */
  move(from, to) {
    this.#line(from);
    this.#line(to);
    if (this.lanes === 1) granted(this.#core.apus_list_move(this.#address, from, to));
  }

  /** Px from the list's start to the row. O(log rows). @param {number} row */
  offsetOf(row) {
    return this.#core.apus_list_offset_of(this.#address, this.#line(row));
  }

  /** In masonry, the lane of a row that the last frame rendered; else -1. @param {number} row */
  laneOf(row) {
    const line = this.#line(row);
    return this.#masonry ? this.#core.apus_list_lane_of(this.#address, line) : -1;
  }

  /** The measured or estimated size, px. O(log rows). @param {number} row */
  sizeOf(row) {
    return this.#core.apus_list_size_of(this.#address, this.#line(row));
  }

  /** The row at `px` from the list's start; -1 in an empty list. O(log rows). @param {number} px */
  rowAt(px) {
    this.#open();
    if (Number.isNaN(px)) throw new RangeError("px must be a number, got NaN");
    if (!this.size) return -1;
    const at = Math.min(Math.max(px, 0), 2 ** 53);
    return (this.#core.apus_list_row_at(this.#address, at) >>> 0) * this.lanes;
  }

  /**
   * Brings a row into view at the next frame, and holds it there until the scroller is moved.
   * @param {number} row @param {Align} [align]
   */
  scrollTo(row, align = "start") {
    this.#core.apus_list_scroll_to(this.#address, this.#line(row), alignment(align));
  }

  /** The position that `scrollTo` would reach now, px. @param {number} row @param {Align} [align] */
  target(row, align = "start") {
    return this.#core.apus_list_target(this.#address, this.#line(row), alignment(align));
  }

  /** Goes to a position in the list at the next frame. @param {number} px clamped to the list */
  go(px) {
    this.#open();
    numberIn(-Infinity, Infinity)(px, "px");
    this.#core.apus_list_go(this.#address, Math.min(Math.max(px, 0), 2 ** 50));
  }

  /** The row that stays put through changes, and its distance from the viewport's edge, px. */
  get anchor() {
    const core = this.#open();
    const row = (core.apus_list_anchor_row(this.#address) >>> 0) * this.lanes;
    return { row, px: core.apus_list_anchor_px(this.#address) };
  }

  /** Puts a row's edge `px` from the viewport's at the next frame. @param {{ row: number, px: number }} anchor */
  hold({ row, px }) {
    this.#core.apus_list_hold(this.#address, this.#line(row), px);
  }

  /** Call it when the scroller lost its place, e.g. was hidden: the next frame sets it. */
  resume() {
    this.#open().apus_list_resume(this.#address);
  }

  /** Px before the first and after the last row. @param {number} leading @param {number} trailing */
  setPadding(leading, trailing) {
    size(leading, "leading");
    size(trailing, "trailing");
    this.#open().apus_list_set_padding(this.#address, leading, trailing);
  }

  /** Whether the end stays in view while rows are added there. @param {boolean} stick */
  setStick(stick) {
    this.#open().apus_list_set_stick(this.#address, Number(stick));
  }

  /** Changes the size of every row that is not measured. O(measured rows). @param {number} px */
  setEstimate(px) {
    sizeOfAll(px, "estimate");
    this.#open().apus_list_set_estimate(this.#address, px);
  }

  /** @param {number} px rendered before and after the viewport at rest */
  setOverscan(px) {
    size(px, "overscan");
    this.#open().apus_list_set_overscan(this.#address, px);
  }

  /** @param {number} px between rows */
  setGap(px) {
    sizeOfAll(px, "gap");
    this.#open().apus_list_set_gap(this.#address, px);
    this.#gap = px;
  }

  /** Sets the rows that are sticky headers; splices move them. @param {Uint32Array} rows ascending */
  setHeaders(rows) {
    const core = this.#open();
    granted(core.apus_list_headers(this.#address, core.memory.write(rows), rows.length));
  }

  /** Frees the memory. A second call does nothing. */
  dispose() {
    this.#engine.dispose();
  }

  [dispose]() {
    this.dispose();
  }

  get #address() {
    return this.#engine.address;
  }

  #open() {
    this.#engine.check();
    return this.#core;
  }

  /** @param {number} row @returns {number} its line */
  #line(row) {
    this.#open();
    checkRow(this.size, row);
    return this.#lines.of(row);
  }
}
