import { ListData, Rows } from "../../list/index.js";
import { ListRows } from "./rows.js";
import { Scroller } from "./scroller.js";
import { plant } from "./shadow.js";

/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */
/** @typedef {import("../../list/frame.js").Frame} Frame */
/** @typedef {import("../../list/rows.js").Row<HTMLElement>} Row */

/**
 * The frames of an <apus-list>: from the scroller's position to mounted rows
 * at their places, and from their measured sizes back. `apus-list.js` is its
 * face; the parts that load when they are needed (next to this file) work on it.
 */
export class ListBody extends ListRows {
  /** @type {VirtualList | undefined} */
  list;
  /** @type {Scroller | undefined} */
  scroller;
  horizontal = false;
  /** Whether it is or was another shape than a column. */
  shaped = false;
  /** Of a grid: the size of a row's line, in which it has `px`. @type {((row: number, px: number) => number) | undefined} */
  lineSize;
  Scroller = Scroller;
  /** No frames while it lasts, e.g. on paper. */
  paused = false;
  /** Whether rows may show before the engine is there. */
  early = false;
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

  #content = /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined));
  #box = this.#content;
  #empty = this.#content;
  /** @type {ResizeObserver | undefined} */
  #observer;
  #origin = -1;
  #extent = -1;
  #raf = 0;
  #hidden = false;

  /** @param {HTMLElement} host */
  constructor(host) {
    super(
      host,
      new ListData(
        (start, end) => this.rebind(start, end),
        (at, removed, inserted) => this.spliced(at, removed, inserted),
      ),
    );
    /** @type {Rows<HTMLElement>} */
    this.rows = new Rows({
      make: () => this.make(),
      bind: (row) => this.bind(row),
      gone: ({ element }) => {
        this.byElement.delete(element);
        this.#observer?.unobserve(element);
        element.removeAttribute("data-away");
      },
      insert: (element, before) => host.insertBefore(element, before),
      remove: (element) => element.remove(),
    });
  }

  /** The shadow tree, once. */
  build() {
    if (!this.host.shadowRoot) [this.#content, this.#box, this.#empty] = plant(this.host);
  }

  connect() {
    const { list, host } = this;
    if (!list) return;
    this.disconnect();
    this.scroller = new this.Scroller(host, this.#content, () => this.refreshFrame());
    this.#observer = new ResizeObserver((entries) => this.#resized(entries));
    this.#observer.observe(host);
    for (const { element } of this.rows.list) this.#observer.observe(element);
    this.#resize();
    list.resume();
    this.#extent = this.#origin = -1;
    this.#showEmpty();
    this.fill();
  }

  /** The first rows do not wait for the engine: a list that opens at its top needs none. */
  begin() {
    const { host, data } = this;
    if (!this.early || !this.renderItem) return;
    const { clientHeight } = host;
    for (let end = 0, height = 0; height < clientHeight && end < Math.min(data.length, 200); ) {
      end += Math.ceil((clientHeight - height) / 40);
      this.rows.show(0, Math.min(end, data.length), -1);
      height = this.#box.offsetHeight;
    }
  }

  disconnect() {
    this.scroller?.disconnect();
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#raf);
    this.#raf = 0;
  }

  /** A frame soon, once. */
  later() {
    if (this.#raf || !this.list) return;
    this.#raf = requestAnimationFrame(() => {
      this.#raf = 0;
      this.refreshFrame();
    });
  }

  refreshFrame() {
    this.#frame(false);
    this.#observe();
  }

  /** Frames until measured rows cover the viewport: a jump settles at once. */
  fill(delivering = false) {
    this.#frame(false);
    let done = 0;
    for (let round = 0; round < 8 && done < this.fresh.length; round++) {
      for (; done < this.fresh.length; done++) {
        const { width, height } = this.fresh[done].getBoundingClientRect();
        this.#note(this.fresh[done], width, height);
      }
      this.#frame(false);
    }
    if (delivering) this.later();
    else this.#observe();
  }

  /**
   * Rows [at, at + removed) of `data` were replaced by `inserted` ones.
   * @param {number} at @param {number} removed @param {number} inserted
   */
  spliced(at, removed, inserted) {
    const { list, data } = this;
    if (!list) {
      this.rows.splice(0, Number.POSITIVE_INFINITY, 0);
      if (this.host.isConnected) this.begin();
      return;
    }
    if (list.size - removed + inserted !== data.length) {
      [at, removed, inserted] = [0, list.size, data.length]; // told before the engine was there
    }
    list.splice(at, removed, inserted);
    this.rows.splice(at, removed, inserted);
    for (const follow of this.splicers) follow(at, removed, inserted);
    for (const { element, index } of this.rows.list) this.count(element, index);
    this.#showEmpty();
    this.start = -1;
    this.later();
  }

  /** Renders mounted rows anew. @param {number} [start] @param {number} [end] */
  rebind(start = 0, end = this.data.length) {
    for (const row of this.rows.list) if (row.index >= start && row.index < end) this.bind(row);
    this.later();
  }

  /**
   * One frame: noted sizes go down, the range comes back.
   * @param {boolean} delivering while the observer delivers: rows are bound only if the viewport
   *   needs them, or it would loop
   */
  #frame(delivering) {
    const { scroller, list, data } = this;
    if (!scroller || !list || this.#hidden || this.paused) return;
    const { viewport, flags } = scroller;
    const frame = list.frame(performance.now(), scroller.position, viewport, flags);
    this.position = frame.position;
    const { start, end } = frame;
    const same = start === this.start && end === this.end;
    if (!same) {
      const covered = this.start >= 0 && this.start <= frame.first && this.end > frame.last;
      if (delivering && covered) this.later();
      else {
        this.start = start;
        this.end = end;
        data.window(start, end);
        this.rows.show(start, end, frame.stuck);
      }
    }
    this.#place(frame);
    if (frame.scroll >= 0) scroller.position = frame.scroll;
    for (const follow of this.followers) follow(frame);
    if (!same || frame.first !== this.first || frame.last !== this.last) this.#tell(frame);
  }

  #observe() {
    for (const element of this.fresh) {
      this.#observer?.unobserve(element);
      this.#observer?.observe(element);
    }
    this.fresh.length = 0;
  }

  /** @param {Element} element @param {number} width @param {number} height */
  #note(element, width, height) {
    const row = this.byElement.get(element);
    const { list } = this;
    if (!row || !list) return;
    const px = this.horizontal ? width : height;
    list.note(row.index, this.lineSize?.(row.index, px) ?? px);
  }

  /** @param {ResizeObserverEntry[]} entries */
  #resized(entries) {
    if (entries.some(({ target }) => target === this.host)) this.#resize();
    if (this.#hidden) return; // sizes of rows nobody sees are none
    for (const { target, borderBoxSize } of entries) {
      this.#note(target, borderBoxSize[0].inlineSize, borderBoxSize[0].blockSize);
    }
    this.#frame(true);
    if (this.fresh.length) this.fill(true);
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

  #padding = 0;
  #paddings = 0;

  /** @param {Frame} frame */
  #place(frame) {
    const { list, horizontal } = this;
    if (!list) return;
    let origin = list.originOf(frame, this.start) - this.#padding;
    if (frame.stuck >= 0 && frame.stuck < this.start) origin -= list.sizeOf(frame.stuck) + list.gap;
    const extent = Math.ceil(frame.extent - this.#paddings);
    if (extent !== this.#extent) {
      this.#extent = extent;
      this.#content.style[horizontal ? "width" : "height"] = `${extent}px`;
    }
    if (origin === this.#origin) return;
    this.#origin = origin;
    // Browsers keep lengths as 32-bit floats: whole px are exact, the rest goes apart from them.
    const whole = Math.floor(origin);
    const { style } = this.#box;
    style[horizontal ? "insetInlineStart" : "insetBlockStart"] = `${whole}px`;
    style[horizontal ? "marginInlineStart" : "marginBlockStart"] = `${origin - whole}px`;
  }

  /** @param {Frame} frame */
  #tell({ first, last }) {
    const { start, end } = this;
    this.first = first;
    this.last = last;
    this.emit("rangechange", { start, end, first, last });
  }

  #showEmpty() {
    this.#empty.hidden = this.data.length > 0;
  }
}
