import { MASONRY_MAX_LANES } from "../../../dist/layout.js";
import { numberAttribute, once } from "../base.js";
import { Scroller } from "./scroller.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */

const first = once(`
:host([scroller=window]){overflow:visible;contain:layout style}
#rows{gap:var(--apus-gap,0px)}
:host([gap]) #rows{display:flex;flex-direction:column}
::slotted(*){flex:none}
:host([axis=x]) #content{height:100%}
:host([axis=x]) ::slotted([data-state]){min-inline-size:var(--apus-estimate,40px)}
:host([axis=x]) #rows{inset:0 auto auto 0;inset-inline:0 auto;height:100%;display:flex;flex-direction:row}
:host([lanes]) #rows{display:grid;grid-template-columns:repeat(var(--apus-lanes),minmax(0,1fr))}
`);

/** The element scrolls horizontally, from the right in right-to-left text. */
class HorizontalScroller extends Scroller {
  /** @override */
  resize() {
    this.viewport = this.host.clientWidth;
  }

  /** @override */
  get position() {
    return Math.abs(this.host.scrollLeft);
  }

  /** @override */
  set position(px) {
    const left = getComputedStyle(this.host).direction === "rtl" ? -px : px;
    this.host.scrollTo({ left, behavior: "instant" });
  }
}

/** The window scrolls; the list may be anywhere in its document. */
class WindowScroller extends Scroller {
  /** @override */
  outside = true;

  /** @override */
  get target() {
    return window;
  }

  /** @override */
  resize() {
    this.viewport = document.documentElement.clientHeight;
  }

  /** @override */
  get position() {
    return -this.content.getBoundingClientRect().top;
  }

  /** @override */
  set position(px) {
    scrollBy({ top: px - this.position, behavior: "instant" });
  }
}

/** Applies the attributes that shape the list. @param {ListView} view */
export async function shape(view) {
  const { host, list } = view;
  const is = host.hasAttribute("masonry");
  if (is) (await import("./masonry.js")).masonry(view);
  if (!list) return;
  first(host);
  view.shaped = true;
  const gap = numberAttribute(host, "gap", 0);
  const lanes = Math.floor(numberAttribute(host, "lanes", 1, 1));
  host.style.setProperty("--apus-gap", `${gap}px`);
  host.style.setProperty("--apus-lanes", String(lanes));
  const horizontal = host.getAttribute("axis") === "x";
  if (horizontal !== view.horizontal) unplace(host);
  view.horizontal = horizontal;
  if (host.getAttribute("scroller") === "window") view.Scroller = WindowScroller;
  else view.Scroller = view.horizontal ? HorizontalScroller : Scroller;
  list.setGap(gap);
  list.setLanes(Math.min(lanes, is ? MASONRY_MAX_LANES : 1000), is);
  view.lineSize = list.lanes > 1 ? (row, px) => highest(view, row, px) : undefined;
}

/** Forgets the length and the place along the former axis. @param {HTMLElement} host */
function unplace({ shadowRoot }) {
  for (const id of ["content", "rows"]) {
    const box = shadowRoot?.getElementById(id);
    if (box) box.style.cssText = "";
  }
}

/** The size of the highest row in the line of `row`, which has `px`. @param {ListView} view @param {number} row @param {number} px */
function highest({ rows, list }, row, px) {
  const { lanes } = /** @type {VirtualList} */ (list);
  const line = Math.floor(row / lanes);
  for (const { index, element } of rows.list) {
    if (Math.floor(index / lanes) === line) px = Math.max(px, element.offsetHeight);
  }
  return px;
}
