import { ListData } from "../../list/data.js";
import { Intervals } from "../../list/intervals.js";
import { MountedRows } from "../../list/mounted-rows.js";
import { emit } from "../base.js";
import { RowRenderer } from "./row-renderer.js";
import { plant } from "./shadow.js";

/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */
/** @typedef {import("../../list/frame.js").Frame} Frame */

/**
 * The view of an <apus-list>. Each frame takes the scroller's position, mounts
 * and places rows, and notes their measured sizes. `apus-list.js` is its public
 * side; the other files of this folder are parts that load when needed.
 * @template Item
 */
export class ListView {
  /** The engine, once it has loaded. @type {VirtualList | undefined} */
  list;
  /** @type {import("./scroller.js").Scroller | undefined} */
  scroller;
  horizontal = false;
  /** Whether the list is or was anything but a column. */
  shaped = false;
  /** In a grid: the size of a row's line when the row has `px`. @type {((row: number, px: number) => number) | undefined} */
  lineSize;
  /** Replaces the items by their keys: keyed.js. @type {((items: readonly Item[]) => boolean) | undefined} */
  assign;
  /** Loads with the engine: the first rows do without both. @type {typeof import("./scroller.js").Scroller | undefined} */
  Scroller;
  /** The selected rows. */
  selected = new Intervals();
  /** Selecting them, once the list allows it. @type {import("./selection.js").Selecting | undefined} */
  selecting;
  /** Ends the search that runs. @type {AbortController | undefined} */
  search;
  /** Stops the frames, e.g. on paper. */
  paused = false;
  /** Whether rows may be rendered before the engine has loaded. */
  early = () => false;
  /** Rows [start, end) are mounted, [first, last] are visible. */
  start = -1;
  end = -1;
  first = -1;
  last = -1;
  /** Px in the list. */
  position = 0;
  /** Parts that follow the frames. @type {Set<(frame: Frame) => void>} */
  followers = new Set();
  /** Parts that follow the splices. @type {Set<(at: number, removed: number, inserted: number) => void>} */
  splicers = new Set();
  /** Parts that follow the list into the document and out of it. @type {Set<(connected: boolean) => void>} */
  movers = new Set();
  /** Rows must be rendered again once the list is in the document. */
  stale = false;

  #content = /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined)); // until build()
  #box = this.#content;
  #empty = this.#content;
  #stuck = -1;
  #origin = -1;
  #extent = -1;
  /** Whether the content gets its length with the next frame only. */
  #late = false;
  #padding = 0;
  #paddings = 0;
  #raf = 0;
  #hidden = false;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** The element whose size is the viewport's, or tells that the list is hidden. */
    this.observed = host;
    /** @type {ListData<Item>} */
    this.data = new ListData(this);
    this.renderer = new RowRenderer(host, this.data);
    this.rows = new MountedRows(this.renderer);
  }

  /** Builds the shadow tree, once. */
  build() {
    if (!this.host.shadowRoot) [this.#content, this.#box, this.#empty] = plant(this.host);
  }

  connect() {
    const { list, host, renderer, Scroller } = this;
    if (!list || !Scroller) return;
    this.#stop();
    this.scroller = new Scroller(host, this.#content, () => this.refreshFrame());
    renderer.observer = new ResizeObserver((entries) => this.#resized(entries));
    renderer.observer.observe(this.observed);
    for (const { element } of this.rows.list) renderer.observer.observe(element);
    this.#resize();
    list.resume();
    this.#extent = this.#origin = -1;
    this.#showEmpty();
    if (this.stale) {
      this.stale = false;
      this.rebind();
    }
    this.fill();
    for (const follow of this.movers) follow(true);
  }

  /** Renders the first rows without the engine, which a list that opens at its top does not need. */
  begin() {
    const { host, data } = this;
    if (!this.early()) return;
    const { clientHeight } = host;
    for (let end = 0, height = 0; height < clientHeight && end < Math.min(data.length, 200); ) {
      end += Math.ceil((clientHeight - height) / 40);
      this.rows.show(0, Math.min(end, data.length), -1);
      height = this.#box.offsetHeight;
    }
  }

  disconnect() {
    this.#stop();
    for (const follow of this.movers) follow(false);
  }

  #stop() {
    this.scroller?.disconnect();
    this.renderer.observer?.disconnect();
    this.scroller = this.renderer.observer = undefined;
    cancelAnimationFrame(this.#raf);
    this.#raf = 0;
  }

  /** Requests one frame. */
  later() {
    if (this.#raf || !this.scroller) return;
    this.#raf = requestAnimationFrame(() => {
      this.#raf = 0;
      this.refreshFrame();
    });
  }

  refreshFrame() {
    this.#frame(false);
    this.renderer.observe();
  }

  /** Makes frames until measured rows cover the viewport: a jump settles at once. */
  fill(delivering = false) {
    const { renderer, scroller } = this;
    if (!scroller) return;
    const { fresh } = renderer;
    this.#frame(false);
    let done = 0;
    for (let round = 0; round < 8 && done < fresh.length; round++) {
      for (; done < fresh.length; done++) {
        const { width, height } = fresh[done].getBoundingClientRect();
        this.#note(fresh[done], width, height);
      }
      this.#frame(false);
    }
    if (delivering) this.later();
    else renderer.observe();
  }

  /**
   * Rows [at, at + removed) of `data` were replaced by `inserted` rows.
   * @param {number} at @param {number} removed @param {number} inserted
   */
  spliced(at, removed, inserted) {
    const { list, data } = this;
    this.selected.splice(at, removed, inserted);
    if (!list) {
      this.rows.splice(0, 2 ** 32, 0);
      if (this.host.isConnected) this.begin();
      return;
    }
    if (list.size - removed + inserted !== data.length) {
      [at, removed, inserted] = [0, list.size, data.length]; // changed before the engine had loaded
    }
    list.splice(at, removed, inserted);
    this.rows.splice(at, removed, inserted);
    for (const follow of this.splicers) follow(at, removed, inserted);
    for (const { element, index } of this.rows.list) this.renderer.count(element, index);
    this.#showEmpty();
    this.start = -1;
    this.later();
  }

  /** Renders mounted rows again. @param {number} [start] @param {number} [end] */
  rebind(start = 0, end = this.data.length) {
    this.stale ||= !this.host.isConnected;
    if (this.stale) return;
    for (const row of this.rows.list)
      if (row.index >= start && row.index < end) this.renderer.bind(row);
    this.later();
  }

  /**
   * Makes one frame: passes noted sizes to the engine, mounts and places the rows it returns.
   * @param {boolean} delivering whether the observer delivers: then rows are rendered only if the
   *   viewport needs them, or the observer would loop
   */
  #frame(delivering) {
    const { scroller, list, data, host } = this;
    // Its observer tells late that it was hidden, which moved its scroller.
    if (!scroller || !list || this.paused || !host.getClientRects().length) return;
    const { viewport, flags } = scroller;
    const frame = list.frame(performance.now(), scroller.position, viewport, flags);
    this.position = frame.position;
    const { start, end, stuck } = frame;
    const same = start === this.start && end === this.end && stuck === this.#stuck;
    if (!same) {
      const covered = this.start >= 0 && this.start <= frame.first && this.end > frame.last;
      if (delivering && covered) this.later();
      else {
        this.start = start;
        this.end = end;
        this.#stuck = stuck;
        data.window(start, end);
        this.rows.show(start, end, stuck);
      }
    }
    this.#place(frame, delivering);
    if (frame.scroll !== -1) {
      if (this.#late) list.resume();
      else scroller.set(frame.scroll);
    }
    for (const follow of this.followers) follow(frame);
    const { first, last } = frame;
    if (same && first === this.first && last === this.last) return;
    this.first = first;
    this.last = last;
    emit(host, "rangechange", { start: this.start, end: this.end, first, last });
  }

  /** @param {Element} element @param {number} width @param {number} height */
  #note(element, width, height) {
    const row = this.renderer.byElement.get(element);
    const { list } = this;
    if (!row || !list) return;
    const px = this.horizontal ? width : height;
    list.note(row.index, this.lineSize?.(row.index, px) ?? px);
  }

  /** @param {ResizeObserverEntry[]} entries */
  #resized(entries) {
    if (entries.some(({ target }) => target === this.observed)) this.#resize();
    if (this.#hidden) return; // hidden rows have no size
    for (const { target, borderBoxSize } of entries) {
      this.#note(target, borderBoxSize[0].inlineSize, borderBoxSize[0].blockSize);
    }
    this.#frame(true);
    if (this.renderer.fresh.length) this.fill(true);
  }

  #resize() {
    const { host, scroller, list, horizontal } = this;
    const style = getComputedStyle(host);
    const hidden = !host.getClientRects().length;
    scroller?.resize();
    if (this.#hidden && !hidden) list?.resume();
    this.#hidden = hidden;
    if (scroller?.outside) return;
    const side = horizontal ? "paddingInline" : "paddingBlock";
    const px = (/** @type {"Start" | "End"} */ end) =>
      Number.parseFloat(style[`${side}${end}`]) || 0;
    this.#padding = px("Start");
    this.#paddings = this.#padding + px("End");
    list?.setPadding(this.#padding, px("End"));
  }

  /** @param {Frame} frame @param {boolean} delivering */
  #place(frame, delivering) {
    const { list, horizontal, scroller } = this;
    if (!list || !scroller) return;
    let origin = list.originOf(frame, this.start) - this.#padding;
    if (frame.stuck >= 0 && frame.stuck < this.start) origin -= list.sizeOf(frame.stuck) + list.gap;
    const extent = Math.ceil(frame.extent - this.#paddings);
    // Else the observer loops: a list in a window is as high as its content; scrollbars come and go.
    const room = scroller.viewport - this.#paddings;
    this.#late =
      delivering &&
      extent !== this.#extent &&
      (scroller.outside || extent > room !== this.#extent > room);
    if (this.#late) this.later();
    else if (extent !== this.#extent && !(/** @type {{ rigid?: boolean }} */ (scroller).rigid)) {
      this.#extent = extent;
      this.#content.style[horizontal ? "width" : "height"] = `${extent}px`;
    }
    if (origin === this.#origin) return;
    this.#origin = origin;
    // Browsers keep lengths as 32-bit floats: whole px are exact, so the fraction is set apart.
    const whole = Math.floor(origin);
    const { style } = this.#box;
    style[horizontal ? "insetInlineStart" : "insetBlockStart"] = `${whole}px`;
    style[horizontal ? "marginInlineStart" : "marginBlockStart"] = `${origin - whole}px`;
  }

  #showEmpty() {
    this.#empty.hidden = this.data.length > 0;
  }
}
