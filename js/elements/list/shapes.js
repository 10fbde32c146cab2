import { numberAttribute, sheet } from "../base.js";
import { Scroller } from "./scroller.js";

/** @typedef {import("./body.js").ListBody} ListBody */
/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */

const style = sheet(`
:host([scroller=window]){overflow:visible;contain:layout style}
#rows{gap:var(--apus-gap,0px)}
:host([gap]) #rows{display:flex;flex-direction:column}
::slotted(*){flex:none}
:host([axis=x]) #content{height:100%}
:host([axis=x]) ::slotted([data-state]){min-inline-size:var(--apus-estimate)}
:host([axis=x]) #rows{inset:0 auto auto 0;inset-inline:0 auto;height:100%;display:flex;flex-direction:row}
:host([lanes]) #rows{display:grid;grid-template-columns:repeat(var(--apus-lanes),minmax(0,1fr))}
`);

/** The element scrolls sideways, from the right where the text does. */
class SidewaysScroller extends Scroller {
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

/** The window scrolls, wherever in its document the list lies. */
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

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/** Gives the list the shape that its attributes say. @param {ListBody} body */
export async function shape(body) {
  const { host, list } = body;
  const is = host.hasAttribute("masonry");
  if (is) (await import("./masonry.js")).masonry(body);
  const root = host.shadowRoot;
  if (!list || !root) return;
  if (!known.has(body)) {
    known.add(body);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, style()];
  }
  body.shaped = true;
  const gap = numberAttribute(host, "gap", 0);
  const lanes = Math.floor(numberAttribute(host, "lanes", 1, 1));
  host.style.setProperty("--apus-gap", `${gap}px`);
  host.style.setProperty("--apus-lanes", String(lanes));
  body.horizontal = host.getAttribute("axis") === "x";
  if (host.getAttribute("scroller") === "window") body.Scroller = WindowScroller;
  else body.Scroller = body.horizontal ? SidewaysScroller : Scroller;
  list.setGap(gap);
  list.setLanes(Math.min(lanes, is ? 64 : 1000), is);
  body.lineSize = list.lanes > 1 ? (row, px) => highest(body, row, px) : undefined;
}

/** @param {ListBody} body @param {number} row @param {number} px */
function highest({ rows, list }, row, px) {
  const { lanes } = /** @type {VirtualList} */ (list);
  const line = Math.floor(row / lanes);
  for (const { index, element } of rows.list) {
    if (Math.floor(index / lanes) === line) px = Math.max(px, element.offsetHeight);
  }
  return px;
}
