import { make, once, say } from "../base.js";
import { whileConnected } from "./connected.js";
import { reach } from "./reach.js";
import { refocus } from "./refocus.js";
import { roves } from "./roves.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */

/** Frees the engines of lists that were removed and collected. */
const engines = new FinalizationRegistry((list) => /** @type {VirtualList} */ (list).dispose());

/** Rows that are printed. */
const limit = 2000;

/** Lists that have ever had an attribute that a part serves. */
const used = { reorder: new WeakSet(), selection: new WeakSet() };

const first = once(`
:host([data-printing]){overflow:visible!important;height:auto!important;contain:none!important}
:host([data-printing]) #content{height:auto!important;contain:none!important}
:host([data-printing]) #rows{position:static!important;margin:0!important;contain:none!important}
:host([data-printing]) ::slotted(*){break-inside:avoid}
#more{display:none}
:host([data-printing]) #more{display:block}
`);

/**
 * Called after every change of an attribute.
 *
 * Parts that can wait until the first rows are rendered: keys, at once where they
 * move the focus, else after the user's first input, like copying; `reachstart`
 * and `reachend`; checks of a list that cannot show its rows; and printing: all rows up
 * to a limit, then the number of the others (`::part(more)`).
 * @param {ListView} view
 */
export function idle(view) {
  const { host } = view;
  const has = (/** @type {keyof typeof used} */ name) =>
    host.hasAttribute(name) ? used[name].add(host) : used[name].has(host);
  if (has("reorder")) import("./reorder.js").then(({ reorder }) => reorder(view));
  if (has("selection")) import("./selection.js").then(({ selection }) => selection(view));
  if (!first(host)) return;
  engines.register(host, view.list);
  for (const row of host.querySelectorAll(":scope>[slot=row]")) {
    if (!view.renderer.byElement.has(row)) row.remove(); // of a snapshot that was still being parsed
  }
  const dress = () => import("./roles.js").then(({ roles }) => roles(view));
  if (host.role !== "list") dress();
  new MutationObserver(dress).observe(host, { attributeFilter: ["role"] });
  refocus(view);
  const rove = () => import("./keys.js").then(({ keys }) => keys(view));
  if (roves(host)) rove();
  reach(view);
  const check = () => import("./checks.js").then(({ checks }) => checks(view));
  const touched = () => {
    for (const row of view.rows.list) {
      if (row.element.matches(":focus-within")) view.rows.pins.add(row); // until `keys` pins it
    }
    rove();
    check();
    import("./copy.js").then(({ copy }) => copy(view));
  };
  if (host.matches(":focus-within")) touched();
  for (const type of ["focusin", "pointerdown", "wheel"]) {
    host.addEventListener(type, touched, { once: true, passive: true });
  }
  const look = () => {
    const { list } = view.rows;
    if (list.length) host.removeEventListener("rangechange", look);
    const { maxHeight, writingMode } = getComputedStyle(host);
    const plain = maxHeight === "none" && writingMode[0] === "h" && host.clientHeight;
    if (!plain || list.some(({ element }) => !element.offsetHeight)) check();
  };
  host.addEventListener("rangechange", look);
  look();
  const more = make("p", { id: "more", part: "more" });
  host.shadowRoot?.append(more);
  const print = () => {
    if (host.getAttribute("scroller") === "window") return;
    const { length } = view.data;
    const count = Math.min(length, limit);
    const hidden = length - count;
    const text = say(host, "… and {n} more");
    more.textContent = hidden ? text.replace("{n}", hidden.toLocaleString()) : "";
    view.paused = true;
    host.setAttribute("data-printing", "");
    view.rows.show(0, count, -1);
  };
  const printed = () => {
    if (!host.hasAttribute("data-printing")) return;
    host.removeAttribute("data-printing");
    view.paused = false;
    view.start = -1;
    view.list?.resume();
    view.fill();
  };
  whileConnected(view, (signal) => {
    addEventListener("beforeprint", print, { signal });
    addEventListener("afterprint", printed, { signal });
    signal.addEventListener("abort", printed);
  });
}
