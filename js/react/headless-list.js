import { Scroller } from "../elements/list/scroller.js";
import { diff } from "../list/diff.js";
import { VirtualList } from "../list/virtual-list.js";

/**
 * What React renders: rows [start, end), and where.
 * @typedef {object} Window
 * @property {number} start
 * @property {number} end
 * @property {[content: import("react").CSSProperties, box: import("react").CSSProperties]} styles
 */

/** @typedef {import("./use-virtual-list.js").VirtualListOptions<any>} Options */

const same = (/** @type {unknown} */ item) => item;

/**
 * The frames of `useVirtualList`: takes the scroller's position and the sizes of the rows, and says
 * what to render. The scroller is set after React has rendered, because only then it is long enough.
 */
export class HeadlessList {
  /** @type {VirtualList | undefined} */
  #engine;
  /** @type {HTMLElement | null} */
  #element = null;
  /** @type {Scroller | undefined} */
  #scroller;
  /** @type {ResizeObserver | undefined} */
  #observer;
  /** @type {Set<HTMLElement>} */
  #rows = new Set();
  /** @type {Options} */
  #options = { items: [] };
  /** @type {readonly unknown[]} the engine's */
  #items = [];
  /** @type {Window | undefined} */
  #window;
  /** Where the scroller is to be set, or -1. */
  #goal = -1;
  /** Calls that wait for the engine. @type {(() => void)[]} */
  #pending = [];
  #open = false;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {() => void} listener */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  window = () => this.#window;

  /** The ref of the scroller. @param {HTMLElement | null} element */
  ref = (element) => {
    this.#element = element;
    this.#connect();
  };

  /** The ref of every row. @param {HTMLElement | null} row */
  measure = (row) => {
    if (row) {
      this.#rows.add(row);
      this.#observer?.observe(row);
      return;
    }
    for (const row of this.#rows) {
      if (row.isConnected) continue;
      this.#rows.delete(row);
      this.#observer?.unobserve(row);
    }
  };

  /** @param {number} index @param {{ align?: import("../list/frame.js").Align }} [options] */
  scrollToIndex = (index, { align = "start" } = {}) => {
    const { length } = this.#options.items;
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new RangeError(
        `scrollToIndex: index must be between 0 and ${length - 1}, got ${index}`,
      );
    }
    const go = () => {
      if (!this.#engine || index >= this.#engine.size) return;
      this.#engine.scrollTo(index, align);
      this.#frame();
    };
    if (this.#engine) go();
    else this.#pending.push(go);
  };

  /** Loads the engine. @returns {() => void} frees it */
  open() {
    this.#open = true;
    VirtualList.create().then(
      (engine) => {
        if (!this.#open || this.#engine) return engine.dispose();
        this.#engine = engine;
        this.#items = [];
        this.update(this.#options, true);
        this.#connect();
        for (const go of this.#pending.splice(0)) go();
      },
      (error) => reportError(error),
    );
    return () => {
      this.#open = false;
      this.#disconnect();
      this.#engine?.dispose();
      this.#engine = undefined;
    };
  }

  /** @param {Options} options @param {boolean} [fresh] for a new engine */
  update(options, fresh = false) {
    const old = this.#options;
    this.#options = options;
    const list = this.#engine;
    if (!list) return;
    const { items, keyOf = same, estimate = 40, overscan = 400, gap = 0 } = options;
    const changed =
      fresh || estimate !== old.estimate || overscan !== old.overscan || gap !== old.gap;
    if (changed) {
      list.setEstimate(estimate);
      list.setOverscan(overscan);
      list.setGap(gap);
    }
    if (items !== this.#items) {
      for (const splice of diff(this.#items, items, keyOf).splices) list.splice(...splice);
      this.#items = items;
    } else if (!changed) return;
    this.#frame();
  }

  /** React has rendered the window. */
  committed() {
    if (this.#goal < 0) return;
    this.#scroller?.set(this.#goal);
    this.#goal = -1;
    this.#frame();
  }

  #connect() {
    this.#disconnect();
    const element = this.#element;
    if (!element || !this.#engine) return;
    element.style.overflowAnchor = "none"; // the engine itself holds the rows in view
    this.#scroller = new Scroller(element, element, () => this.#frame());
    this.#observer = new ResizeObserver((entries) => this.#resized(entries));
    for (const row of [element, ...this.#rows]) this.#observer.observe(row);
    this.#scroller.resize();
    this.#engine.resume();
    this.#frame();
  }

  #disconnect() {
    this.#scroller?.disconnect();
    this.#observer?.disconnect();
    this.#scroller = this.#observer = undefined;
  }

  /** @param {ResizeObserverEntry[]} entries */
  #resized(entries) {
    if (!this.#element?.getClientRects().length) return; // hidden rows have no size
    for (const { target, borderBoxSize } of entries) {
      if (target === this.#element) this.#scroller?.resize();
      else this.#note(/** @type {HTMLElement} */ (target), borderBoxSize[0].blockSize);
    }
    this.#frame();
  }

  /** @param {HTMLElement} row @param {number} px */
  #note(row, px) {
    const index = Number(row.dataset.index);
    if (row.isConnected && index < this.#items.length) this.#engine?.note(index, px);
  }

  #frame() {
    const list = this.#engine;
    const scroller = this.#scroller;
    if (!list || !scroller) return;
    // What is to be set counts as set: the engine would take another position for the user's.
    const position = this.#goal < 0 ? scroller.position : this.#goal;
    const frame = list.frame(performance.now(), position, scroller.viewport, scroller.flags);
    const { start, end, scroll } = frame;
    const top = list.originOf(frame, start);
    const height = Math.ceil(frame.extent);
    if (scroll !== -1) this.#goal = scroll;
    const [content, box] = this.#window?.styles ?? [];
    const moved = height !== content?.height || top !== box?.top;
    if (!moved && start === this.#window?.start && end === this.#window.end) {
      if (scroll !== -1) this.committed();
      return;
    }
    this.#window = {
      ...{ start, end },
      styles: moved || !content || !box ? styles(height, top) : [content, box],
    };
    for (const listener of this.#listeners) listener();
  }
}

/** @param {number} height @param {number} top @returns {Window["styles"]} */
function styles(height, top) {
  return [
    { position: "relative", height, overflow: "clip" },
    { position: "absolute", insetInline: 0, top },
  ];
}
