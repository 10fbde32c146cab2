import { VirtualList } from "../list/index.js";
import { BaseElement, numberAttribute, reflect, sheet, upgradeProperties } from "./base.js";
import { Rows } from "./list-rows.js";
import { Scroller } from "./list-scroller.js";
import { fillTemplate } from "./list-template.js";

/** @typedef {import("../list/virtual-list.js").Align} Align */
/** @typedef {import("../list/virtual-list.js").Frame} Frame */

const styles = sheet(`
  :host { display: block; overflow: auto; overflow-anchor: none; contain: strict; position: relative }
  :host([hidden]) { display: none }
  #content { position: relative; contain: size layout style }
  #rows { position: absolute; inset-inline: 0; top: 0; contain: layout style }
  ::slotted(*) { contain: layout style; box-sizing: border-box; margin-block: 0 !important }
`);

/**
 * A list of any length with rows of any height. Rows are light-DOM children,
 * styled by the page; the element needs a height and scrolls itself.
 *
 * @attr {number} estimate - px of a row nobody has seen yet (40)
 * @attr {number} overscan - px rendered before and after the viewport at rest (400)
 * @fires rangechange - `detail: { start, end, first, last }`: rows [start, end) are rendered, [first, last] visible
 * @fires error - `detail: { index, item, error }`: `renderItem` threw
 * @slot - the rows; a `<template>` for them
 * @slot empty - shown when there is no row
 */
export class ApusList extends BaseElement {
  static observedAttributes = ["estimate", "overscan"];

  /** @type {VirtualList | undefined} */
  #list;
  /** @type {Scroller | undefined} */
  #scroller;
  /** @type {Rows | undefined} */
  #rows;
  /** @type {HTMLElement} */
  #content = /** @type {any} */ (undefined);
  /** @type {HTMLElement} */
  #box = /** @type {any} */ (undefined);
  /** @type {ResizeObserver | undefined} */
  #observer;
  /** @type {readonly unknown[]} */
  #items = [];
  /** @type {((item: any, index: number, element: HTMLElement) => void) | undefined} */
  #renderItem;
  /** @type {Map<Element, import("./list-rows.js").Row>} */
  #byElement = new Map();
  /** @type {HTMLElement[]} bound, not observed yet */
  #fresh = [];
  #pairs = new Float64Array(64);
  #start = -1;
  #end = -1;
  #position = 0;
  #first = -1;
  #last = -1;
  #top = -1;
  #extent = "";
  #raf = 0;
  #warned = false;

  /** The data. Assigning replaces it; what is the same at both ends keeps its sizes. */
  get items() {
    return this.#items;
  }

  set items(items) {
    const next = items ?? [];
    const old = this.#items;
    this.#items = next;
    if (!this.#list) return;
    const most = Math.min(old.length, next.length);
    let head = 0;
    while (head < most && old[head] === next[head]) head++;
    let tail = 0;
    while (tail < most - head && old[old.length - 1 - tail] === next[next.length - 1 - tail])
      tail++;
    const removed = old.length - head - tail;
    const top = this.#position === 0 && (head > 0 || removed > 0);
    this.#spliced(head, removed, next.length - head - tail);
    if (top) this.#list.go(0); // anything but a prepend leaves a list at its top there
  }

  /** Shows `item` in `element`, which may have shown another one before. */
  get renderItem() {
    return this.#renderItem;
  }

  set renderItem(render) {
    this.#renderItem = render;
    this.refresh();
  }

  get estimate() {
    return numberAttribute(this, "estimate", 40);
  }

  set estimate(px) {
    reflect(this, "estimate", px);
  }

  get overscan() {
    return numberAttribute(this, "overscan", 400);
  }

  set overscan(px) {
    reflect(this, "overscan", px);
  }

  /** Rows that are visible now: [start, end). */
  get range() {
    return { start: Math.max(this.#first, 0), end: this.#last + 1 };
  }

  /**
   * Brings a row into view; it stays there through every measurement until one scrolls.
   * @param {number} index @param {{ align?: Align, behavior?: ScrollBehavior }} [options]
   * @throws {RangeError} for an index beyond the list
   */
  scrollToIndex(index, { align = "start" } = {}) {
    if (!(Number.isInteger(index) && index >= 0 && index < this.#items.length)) {
      throw new RangeError(
        `scrollToIndex: index must be an integer below ${this.#items.length}, got ${index}`,
      );
    }
    if (!this.#list) {
      this.#pending = () => this.scrollToIndex(index, { align });
      return;
    }
    this.#list.scrollTo(index, align);
    this.#fill();
  }

  /** @type {(() => void) | undefined} */
  #pending;

  /** Renders all mounted rows anew, e.g. after items changed in place. */
  refresh() {
    if (!this.#list || !this.#rows) return;
    const { size } = this.#list;
    const { length } = this.#items;
    const at = Math.min(size, length);
    this.#spliced(at, size - at, length - at);
    for (const row of this.#rows.list) {
      row.item = this.#items[row.index];
      this.#bind(row);
    }
  }

  connectedCallback() {
    upgradeProperties(this, ["items", "renderItem", "estimate", "overscan"]);
    if (!this.shadowRoot) this.#build();
    if (!this.hasAttribute("role")) this.setAttribute("role", "list");
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    if (this.#list) this.#connect();
    else this.#load();
  }

  disconnectedCallback() {
    this.#scroller?.disconnect();
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#raf);
    this.#raf = 0;
  }

  attributeChangedCallback() {
    this.#list?.setEstimate(this.estimate);
    this.#list?.setOverscan(this.overscan);
    this.#later();
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles()];
    this.#content = document.createElement("div");
    this.#content.id = "content";
    this.#box = document.createElement("div");
    this.#box.id = "rows";
    this.#box.append(document.createElement("slot"));
    this.#content.append(this.#box);
    const empty = document.createElement("slot");
    empty.name = "empty";
    empty.hidden = true;
    root.append(this.#content, empty);
    this.#rows = new Rows(
      this,
      () => this.#make(),
      (row) => this.#bind(row),
      (element) => {
        this.#byElement.delete(element);
        this.#observer?.unobserve(element);
      },
    );
  }

  async #load() {
    const list = await VirtualList.create({
      estimate: this.estimate,
      overscan: this.overscan,
    }).catch((error) => this.#fail(-1, undefined, error));
    if (!list) return;
    this.#list = list;
    list.splice(0, 0, this.#items.length);
    if (this.isConnected) this.#connect();
  }

  #connect() {
    this.#scroller = new Scroller(this, this.#content, { horizontal: false, outside: false }, () =>
      this.#scrolled(),
    );
    this.#observer = new ResizeObserver((entries) => this.#resized(entries));
    this.#observer.observe(this);
    for (const { element } of this.#rows?.list ?? []) this.#observer.observe(element);
    this.#scroller.resize();
    this.#pending?.();
    this.#pending = undefined;
    this.#fill();
  }

  /** A frame soon, once. */
  #later() {
    if (this.#raf || !this.#list) return;
    this.#raf = requestAnimationFrame(() => {
      this.#raf = 0;
      this.#scrolled();
    });
  }

  #scrolled() {
    this.#frame(0);
    this.#observe();
  }

  /** @param {number} at @param {number} removed @param {number} inserted */
  #spliced(at, removed, inserted) {
    this.#list?.splice(at, removed, inserted);
    this.#rows?.splice(at, removed, inserted);
    const size = String(this.#items.length);
    for (const { element, index } of this.#rows?.list ?? []) {
      element.setAttribute("aria-posinset", String(index + 1));
      element.setAttribute("aria-setsize", size);
    }
    const empty = /** @type {HTMLElement} */ (this.shadowRoot?.lastElementChild);
    empty.hidden = this.#items.length > 0;
    this.#later();
  }

  /**
   * One frame: `count` numbers of `#pairs` go down, the range comes back.
   * @param {number} count
   * @param {boolean} [delivering] while the observer delivers: rows are bound only if the
   *   viewport needs them, or it would loop
   */
  #frame(count, delivering = false) {
    const scroller = this.#scroller;
    const list = this.#list;
    if (!scroller || !list) return;
    const frame = list.frame(
      performance.now(),
      scroller.position,
      scroller.viewport,
      scroller.flags,
      this.#pairs,
      count,
    );
    this.#position = frame.position;
    if (scroller.viewport === 0) return; // hidden: nothing to see, nothing is lost
    const same = frame.start === this.#start && frame.end === this.#end && !this.#stale();
    const covered = !this.#stale() && this.#start <= frame.first && this.#end > frame.last;
    if (delivering && covered) {
      if (!same) this.#later();
    } else if (!same) {
      this.#start = frame.start;
      this.#end = frame.end;
      this.#rows?.show(frame.start, frame.end, [], (index) => this.#items[index]);
    }
    this.#place(frame);
    if (frame.scroll >= 0) scroller.position = frame.scroll;
    if (frame.first !== this.#first || frame.last !== this.#last) this.#tell(frame);
  }

  /** Frames until measured rows cover the viewport: a jump settles at once. */
  #fill(delivering = false) {
    this.#frame(0);
    let done = 0;
    for (let round = 0; round < 8 && done < this.#fresh.length; round++) {
      let count = 0;
      for (; done < this.#fresh.length; done++) {
        const element = this.#fresh[done];
        const row = this.#byElement.get(element);
        if (row) count = this.#pair(count, row.index, element.getBoundingClientRect().height);
      }
      this.#frame(count);
    }
    if (delivering) this.#later();
    else this.#observe();
  }

  #stale() {
    const rows = this.#rows?.list ?? [];
    return (
      rows.length !== this.#end - this.#start || (rows.length > 0 && rows[0].index !== this.#start)
    );
  }

  #observe() {
    for (const element of this.#fresh) {
      this.#observer?.unobserve(element);
      this.#observer?.observe(element);
    }
    this.#fresh.length = 0;
  }

  /** @param {number} count @param {number} row @param {number} px */
  #pair(count, row, px) {
    if (count + 2 > this.#pairs.length) {
      const pairs = new Float64Array(this.#pairs.length * 2);
      pairs.set(this.#pairs);
      this.#pairs = pairs;
    }
    this.#pairs[count] = row;
    this.#pairs[count + 1] = px;
    return count + 2;
  }

  /** @param {ResizeObserverEntry[]} entries */
  #resized(entries) {
    const scroller = this.#scroller;
    if (!scroller) return;
    let count = 0;
    for (const { target, borderBoxSize } of entries) {
      const row = this.#byElement.get(target);
      if (row) count = this.#pair(count, row.index, borderBoxSize[0].blockSize);
      else if (target === this) scroller.resize();
    }
    if (scroller.viewport === 0) return;
    this.#warn();
    this.#frame(count, true);
    if (this.#fresh.length) this.#fill(true);
  }

  #warn() {
    if (this.#warned || !this.#items.length || getComputedStyle(this).height !== "0px") return;
    this.#warned = true;
    console.warn("<apus-list> has no height: give it one, e.g. apus-list { height: 70vh }");
  }

  /** @param {Frame} frame */
  #place(frame) {
    const rows = this.#rows?.list ?? [];
    let { origin } = frame;
    if (rows.length && rows[0].index !== frame.start && this.#list) {
      origin += this.#list.offsetOf(rows[0].index) - this.#list.offsetOf(frame.start);
    }
    const extent = `${Math.ceil(frame.extent)}px`;
    if (extent !== this.#extent) this.#content.style.height = this.#extent = extent;
    if (origin !== this.#top) {
      this.#top = origin;
      // Browsers keep lengths as 32-bit floats: whole px are exact, and the rest apart from them.
      const whole = Math.floor(origin);
      this.#box.style.top = `${whole}px`;
      this.#box.style.marginTop = `${origin - whole}px`;
    }
  }

  /** @param {Frame} frame */
  #tell({ start, end, first, last }) {
    this.#first = first;
    this.#last = last;
    this.dispatchEvent(new CustomEvent("rangechange", { detail: { start, end, first, last } }));
  }

  #make() {
    const template = this.querySelector(":scope > template");
    const element = /** @type {HTMLElement} */ (
      template instanceof HTMLTemplateElement && template.content.firstElementChild
        ? document.importNode(template.content.firstElementChild, true)
        : document.createElement("div")
    );
    if (!element.hasAttribute("role")) element.setAttribute("role", "listitem");
    return element;
  }

  /** @param {import("./list-rows.js").Row} row */
  #bind(row) {
    const { element, index, item } = row;
    this.#byElement.set(element, row);
    this.#fresh.push(element);
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-setsize", String(this.#items.length));
    try {
      if (this.#renderItem) this.#renderItem(item, index, element);
      else fillTemplate(element, item);
    } catch (error) {
      this.#fail(index, item, error);
    }
  }

  /** @param {number} index @param {unknown} item @param {unknown} error */
  #fail(index, item, error) {
    this.dispatchEvent(new CustomEvent("error", { detail: { index, item, error } }));
    return undefined;
  }
}
