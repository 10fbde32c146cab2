import { once } from "../base.js";
import { pin, rowOf } from "./pins.js";
import { textAt } from "./text.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/** Ms without a key that end a word typed ahead. */
const pause = 700;

const first = once();

/**
 * Roving focus: arrows, Home, End, Page Up and Page Down move it from row to
 * row. In a listbox, typing finds the next row that begins with the text. The
 * focused row stays mounted outside the window. When it leaves the list, the row
 * that took its place gets the focus.
 * @param {ListView} view
 */
export function keys(view) {
  const { host } = view;
  if (!first(host)) return;
  /** @type {Row | undefined} */
  let active;
  let index = 0;
  let typed = "";
  let typedAt = 0;

  const enter = (/** @type {Row | undefined} */ row) => {
    active = row;
    if (row) index = row.index;
    pin(view, "focus", row ? [row] : []);
  };
  /** @param {number} to */
  const go = (to) => {
    const goal = Math.min(Math.max(to, 0), view.data.length - 1);
    if (goal < 0) return host.focus();
    view.list?.scrollTo(goal, "nearest");
    view.fill();
    const row = view.rows.list.find((row) => row.index === goal);
    if (!row) return;
    if (!row.element.hasAttribute("tabindex")) row.element.tabIndex = -1;
    row.element.focus({ preventScroll: true });
  };

  host.addEventListener("focusin", ({ target }) => enter(rowOf(view, target)));
  host.addEventListener("focusout", () => {
    if (active && view.renderer.byElement.get(active.element) === active) enter(undefined);
  });
  view.followers.add(() => {
    if (!active) return;
    if (view.renderer.byElement.get(active.element) === active) {
      index = active.index;
    } else {
      active = undefined;
      // A row out of view that is removed must not take the view with it.
      queueMicrotask(() => {
        if (index >= view.first && index <= view.last) go(index);
        else host.focus({ preventScroll: true });
      });
    }
  });
  enter(rowOf(view, document.activeElement));

  host.addEventListener("keydown", (event) => {
    const row = rowOf(view, event.target);
    const inside = row && event.target !== row.element;
    if (row && (row.index < view.start || row.index >= view.end)) {
      view.list?.scrollTo(row.index, "nearest"); // the user types into a hidden row
      view.fill();
    }
    if (event.defaultPrevented || inside || event.ctrlKey || event.metaKey || event.altKey) return;
    const role = host.getAttribute("role");
    const roving = row || role === "listbox" || role === "feed" || host.hasAttribute("reorder");
    if (!roving) return;
    const to = row
      ? target(view, event.key, index)
      : /^(Arrow|Home|End)/.test(event.key)
        ? index
        : undefined;
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    } else if (role === "listbox" && event.key.length === 1) {
      const goes = event.timeStamp - typedAt < pause;
      if (event.key === " " && !goes) return;
      event.preventDefault();
      typed = goes ? typed + event.key : event.key;
      typedAt = event.timeStamp;
      const found = ahead(view, typed.toLowerCase(), typed.length === 1 ? index + 1 : index);
      if (found >= 0) go(found);
    }
  });
}

/** @param {ListView} view @param {string} key @param {number} index @returns {number | undefined} */
function target(view, key, index) {
  const { horizontal, list, scroller } = view;
  const lanes = Number(view.host.getAttribute("lanes")) || 1;
  const rtl = getComputedStyle(view.host).direction === "rtl" ? -1 : 1;
  const step = { ArrowDown: lanes, ArrowUp: -lanes, ArrowRight: rtl, ArrowLeft: -rtl }[key];
  const across = key === "ArrowLeft" || key === "ArrowRight";
  if (step !== undefined) {
    if (list?.masonry && !across) return inLane(view, index, Math.sign(step)) ?? index + step;
    return horizontal === across || lanes > 1 ? index + step : undefined;
  }
  if (key === "Home") return 0;
  if (key === "End") return view.data.length - 1;
  if (!list || !scroller || !key.startsWith("Page")) return undefined;
  const down = key === "PageDown";
  const page = list.rowAt(list.offsetOf(index) + (down ? 1 : -1) * scroller.viewport);
  return page === index ? index + (down ? lanes : -lanes) : page;
}

/** In masonry, the next row of the same lane. @param {ListView} view @param {number} index @param {number} step */
function inLane({ list, start, end }, index, step) {
  const lane = list?.laneOf(index);
  for (let next = index + step; next >= start && next < end; next += step) {
    if (list?.laneOf(next) === lane) return next;
  }
  return undefined;
}

/** The next row from `from` on whose text begins with `text`, or -1. @param {ListView} view @param {string} text @param {number} from */
function ahead(view, text, from) {
  const { length } = view.data;
  for (let i = 0; i < Math.min(length, 200_000); i++) {
    const index = (from + i) % length;
    if (textAt(view, index).trimStart().toLowerCase().startsWith(text)) return index;
  }
  return -1;
}
