import { numberAttribute, sheet } from "./base.js";
import { Scroller } from "./list-scroller.js";

/** @typedef {import("./list-body.js").ListBody} ListBody */

const style = sheet(`
:host([scroller=window]){overflow:visible;contain:layout style}
#rows{gap:var(--apus-gap,0)}
:host([gap]) #rows{display:flex;flex-direction:column}
:host([axis=x]) #content{height:100%}
:host([axis=x]) #rows{inset:0 auto auto 0;inset-inline:0 auto;height:100%;display:flex;flex-direction:row}
:host([lanes]) #rows{display:grid;grid-template-columns:repeat(var(--apus-lanes),minmax(0,1fr))}
`);

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
    const { clientWidth, clientHeight } = document.documentElement;
    this.viewport = this.horizontal ? clientWidth : clientHeight;
  }

  /** @override */
  get position() {
    const { left, top } = this.content.getBoundingClientRect();
    return this.horizontal ? -left : -top;
  }

  /** @override */
  set position(px) {
    const by = px - this.position;
    scrollBy({ [this.horizontal ? "left" : "top"]: by, behavior: "instant" });
  }
}

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/** Gives the list the shape that its attributes say. @param {ListBody} body */
export function shape(body) {
  const { host, list } = body;
  const root = host.shadowRoot;
  if (!list || !root) return;
  if (!known.has(body)) {
    known.add(body);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, style()];
  }
  const gap = numberAttribute(host, "gap", 0);
  const lanes = Math.floor(numberAttribute(host, "lanes", 1, 1));
  host.style.setProperty("--apus-gap", `${gap}px`);
  host.style.setProperty("--apus-lanes", String(lanes));
  body.horizontal = host.getAttribute("axis") === "x";
  body.Scroller = host.getAttribute("scroller") === "window" ? WindowScroller : Scroller;
  list.setGap(gap);
  if (lanes !== list.lanes) list.setLanes(lanes);
}
