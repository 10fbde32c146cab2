import { MOTION_RESTING } from "../../../dist/layout.js";
import { make } from "../base.js";
import { grow } from "./grow.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/** Looks at each list again. @type {WeakMap<HTMLElement, () => void>} */
const looking = new WeakMap();

/** Looks at the rows end after this many. */
const most = 20;

/**
 * Warns of styles that a list cannot follow, each once; and makes a list with only a `max-height` as
 * high as its rows. Loads when a first look at the list found something, or the user touched it.
 * @param {ListView} view
 */
export function checks(view) {
  const { host, rows } = view;
  const again = looking.get(host);
  if (again) return again();
  const said = new Set();
  const warn = (/** @type {string} */ what, /** @type {string} */ text) => {
    if (said.has(what)) return;
    said.add(what);
    console.warn(`<apus-list> ${text}`, host);
  };
  /** Classes and styles of rows whose margins are known. */
  const seen = new Set();
  let looks = 0;
  let waits = false;

  const look = () => {
    waits = false;
    if (!host.getClientRects().length) return; // hidden
    const style = getComputedStyle(host);
    if (!style.writingMode.startsWith("h")) {
      warn(
        "writing-mode",
        `does not support writing-mode: ${style.writingMode}. Set writing-mode: horizontal-tb on the list, and yours inside its rows`,
      );
    }
    const grows = style.maxHeight !== "none" && !view.horizontal;
    if (grows) grow(view);
    if (!host.clientHeight && !view.scroller?.outside) {
      if (!grows && view.data.length) {
        warn("height", "has no height. Give it one, e.g. apus-list { height: 70vh }");
      }
      return;
    }
    for (const row of rows.list) {
      const { element, index } = row;
      const px = view.horizontal ? element.offsetWidth : element.offsetHeight;
      const side = view.horizontal ? "width" : "height";
      if (!px) warn("size", `row ${index} has a ${side} of 0 px. Give all rows a ${side}`);
      const margin = marginOf(view, element, seen);
      if (margin) {
        warn("margin", `ignores the margin of row ${index} (${margin}). Use padding, or gap="8"`);
      }
    }
    if (++looks === most) view.followers.delete(later);
  };
  const later = () => {
    const resting = (view.scroller?.flags ?? 0) & MOTION_RESTING;
    if (waits || !resting) return; // a frame in motion has no time for it
    waits = true;
    setTimeout(look, 100);
  };
  view.followers.add(later);
  looking.set(host, later);
  look();
}

/**
 * A row's margins along the axis, as the page sets them: an element in another slot has those
 * which the list's own style takes from the row.
 * @param {ListView} view @param {HTMLElement} element @param {Set<string>} seen
 */
function marginOf({ host, horizontal }, element, seen) {
  const key = `${element.className} ${element.style.cssText.match(/margin[^;]*/g) ?? ""}`;
  if (seen.has(key)) return "";
  seen.add(key);
  const probe = make("div", { class: element.className, slot: "probe" });
  probe.style.cssText = element.style.cssText;
  const slot = make("slot", { name: "probe", hidden: true });
  host.shadowRoot?.append(slot);
  host.append(probe);
  const { marginBlock, marginInline } = getComputedStyle(probe);
  probe.remove();
  slot.remove();
  const margin = horizontal ? marginInline : marginBlock;
  return /[1-9]/.test(margin) ? margin : "";
}
