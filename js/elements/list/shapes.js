import { MASONRY_MAX_LANES, MOTION_RESTING } from "../../../dist/layout.js";
import { attempt } from "../../list/configure.js";
import { make, numberAttribute, once } from "../base.js";
import { restore } from "./restore.js";
import { Scroller } from "./scroller.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */

const first = once(`
:host([scroller=window]){overflow:visible;contain:layout style}
#rows{gap:var(--apus-gap,0px)}
:host([gap]) #rows{display:flex;flex-direction:column}
::slotted(*){flex:none}
#width{position:absolute;inset-inline:0;height:0}
:host([axis=x]) #content{height:100%}
:host([axis=x]) ::slotted([data-state]){min-inline-size:var(--apus-estimate,40px)}
:host([axis=x]) #rows{inset:0 auto auto 0;inset-inline:0 auto;height:100%;display:flex;flex-direction:row}
:host([lanes]) #rows{display:grid;grid-template-columns:repeat(var(--apus-lanes),minmax(0,1fr))}
`);

/** The element scrolls horizontally, from the right in right-to-left text. */
class HorizontalScroller extends Scroller {
  /**
   * Whether its content must keep its length now: from right to left, Chromium moves the goal of a motion
   * when the length changes on the way.
   */
  get rigid() {
    return !(this.flags & MOTION_RESTING) && this.#rtl;
  }

  get #rtl() {
    return getComputedStyle(this.host).direction === "rtl";
  }

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
    this.host.scrollTo({ left: this.#rtl ? -px : px, behavior: "instant" });
  }
}

/** The window scrolls; the list may be anywhere in its document. */
class WindowScroller extends Scroller {
  /** @override */
  outside = true;
  #abort = new AbortController();

  /** @param {HTMLElement} host @param {HTMLElement} content @param {() => void} moved */
  constructor(host, content, moved) {
    super(host, content, moved);
    const resized = () => {
      this.resize();
      moved();
    };
    addEventListener("resize", resized, { signal: this.#abort.signal });
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.#abort.abort();
  }

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

/** As wide as the list. @type {WeakMap<HTMLElement, HTMLElement>} */
const widths = new WeakMap();

/**
 * Applies the attributes that shape the list.
 * @param {ListView} view @param {(error: unknown) => void} wrong called for a wrong attribute, whose last value goes on
 */
export async function shape(view, wrong) {
  const { host, list } = view;
  const is = host.hasAttribute("masonry");
  if (is) (await import("./masonry.js")).masonry(view);
  if (!list) return;
  if (first(host)) {
    widths.set(host, make("div", { id: "width" }));
    host.shadowRoot?.append(/** @type {HTMLElement} */ (widths.get(host)));
  }
  view.shaped = true;
  const gap = numberAttribute(host, "gap", 0);
  const lanes = Math.floor(numberAttribute(host, "lanes", 1, 1));
  const axis = (host.getAttribute("axis") || "y").toLowerCase(); // as selectors compare it
  const scroller = host.getAttribute("scroller");
  const settings = [
    () => {
      list.setGap(gap);
      host.style.setProperty("--apus-gap", `${gap}px`);
    },
    () => list.setLanes(Math.min(lanes, is ? MASONRY_MAX_LANES : 1000), is),
    () => {
      if (!/^[xy]$/.test(axis)) throw new TypeError(`axis must be "x" or "y", got "${axis}"`);
      const horizontal = axis === "x";
      if (horizontal !== view.horizontal) unplace(host);
      view.horizontal = horizontal;
    },
  ];
  attempt(settings, wrong);
  host.style.setProperty("--apus-lanes", String(lanes));
  const outside = scroller === "window";
  if (outside) {
    view.Scroller = WindowScroller;
    restore(view);
  } else view.Scroller = view.horizontal ? HorizontalScroller : Scroller;
  // The rows make the list high: an observer that watches its height would loop.
  view.observed = (outside && widths.get(host)) || host;
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
