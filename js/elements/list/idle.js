import { once } from "../base.js";
import { reach } from "./reach.js";
import { roves } from "./roves.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

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
 * and `reachend`; a warning for a list without height; and printing: all rows up
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
  const rove = () => import("./keys.js").then(({ keys }) => keys(view));
  if (roves(host)) rove();
  reach(view);
  const touched = () => {
    rove();
    import("./copy.js").then(({ copy }) => copy(view));
  };
  if (host.matches(":focus-within")) touched();
  for (const type of ["focusin", "pointerdown"]) {
    host.addEventListener(type, touched, { once: true });
  }
  if (view.scroller?.viewport === 0 && view.data.length && host.getClientRects().length) {
    console.warn("<apus-list> has no height. Give it one, e.g. apus-list { height: 70vh }");
  }
  const more = document.createElement("p");
  more.id = "more";
  more.part.add("more");
  host.shadowRoot?.append(more);
  addEventListener("beforeprint", () => {
    if (!host.isConnected || host.getAttribute("scroller") === "window") return;
    const { length } = view.data;
    const count = Math.min(length, limit);
    const hidden = length - count;
    more.textContent = hidden ? `… and ${hidden.toLocaleString()} more` : "";
    view.paused = true;
    host.setAttribute("data-printing", "");
    view.rows.show(0, count, -1);
  });
  addEventListener("afterprint", () => {
    if (!host.hasAttribute("data-printing")) return;
    host.removeAttribute("data-printing");
    view.paused = false;
    view.start = -1;
    view.list?.resume();
    view.fill();
  });
}
