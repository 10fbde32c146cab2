import { pin } from "./pins.js";
import { textAt } from "./text.js";

/** @typedef {import("./body.js").ListBody} ListBody */
/** @typedef {import("../../list/rows.js").Row<HTMLElement>} Row */

const pause = 700; // ms that end a word typed ahead

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/**
 * Roving focus: arrows, Home, End, Page Up and Page Down move it from row to
 * row; in a listbox typing finds the next row that begins so. The focused row
 * stays mounted however far one scrolls; when it leaves the list, the row that
 * took its place gets the focus.
 * @param {ListBody} body
 */
export function keys(body) {
  if (known.has(body)) return;
  known.add(body);
  const { host } = body;
  /** @type {Row | undefined} */
  let active;
  let index = 0;
  let typed = "";
  let typedAt = 0;

  const rowOf = (/** @type {EventTarget | null} */ target) => {
    let element = /** @type {Element | null} */ (target);
    while (element && element.parentElement !== host) element = element.parentElement;
    return element ? body.byElement.get(element) : undefined;
  };
  const enter = (/** @type {Row | undefined} */ row) => {
    active = row;
    if (row) index = row.index;
    pin(body, "focus", row ? [row] : []);
  };
  /** @param {number} to */
  const go = (to) => {
    const goal = Math.min(Math.max(to, 0), body.data.length - 1);
    if (goal < 0) return host.focus();
    body.list?.scrollTo(goal, "nearest");
    body.fill();
    const row = body.rows.list.find((row) => row.index === goal);
    if (!row) return;
    if (!row.element.hasAttribute("tabindex")) row.element.tabIndex = -1;
    row.element.focus({ preventScroll: true });
  };

  host.addEventListener("focusin", ({ target }) => enter(rowOf(target)));
  host.addEventListener("focusout", () => {
    if (active && body.byElement.get(active.element) === active) enter(undefined);
  });
  body.followers.add(() => {
    if (!active) return;
    if (body.byElement.get(active.element) === active) {
      index = active.index;
    } else {
      active = undefined;
      queueMicrotask(() => go(index));
    }
  });
  enter(rowOf(document.activeElement));

  host.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    const inside = row && event.target !== row.element;
    if (row && (row.index < body.start || row.index >= body.end)) {
      body.list?.scrollTo(row.index, "nearest"); // one types where one cannot see
      body.fill();
    }
    if (event.defaultPrevented || inside || event.ctrlKey || event.metaKey || event.altKey) return;
    const role = host.getAttribute("role");
    const roving = row || role === "listbox" || role === "feed" || host.hasAttribute("reorder");
    if (!roving) return;
    const to = row
      ? target(body, event.key, index)
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
      const found = ahead(body, typed.toLowerCase(), typed.length === 1 ? index + 1 : index);
      if (found >= 0) go(found);
    }
  });
}

/** @param {ListBody} body @param {string} key @param {number} index @returns {number | undefined} */
function target(body, key, index) {
  const { horizontal, list, scroller } = body;
  const lanes = Number(body.host.getAttribute("lanes")) || 1;
  const rtl = getComputedStyle(body.host).direction === "rtl" ? -1 : 1;
  const step = { ArrowDown: lanes, ArrowUp: -lanes, ArrowRight: rtl, ArrowLeft: -rtl }[key];
  const across = key === "ArrowLeft" || key === "ArrowRight";
  if (step !== undefined) {
    if (list?.masonry && !across) return inLane(body, index, Math.sign(step)) ?? index + step;
    return horizontal === across || lanes > 1 ? index + step : undefined;
  }
  if (key === "Home") return 0;
  if (key === "End") return body.data.length - 1;
  if (!list || !scroller || !key.startsWith("Page")) return undefined;
  const down = key === "PageDown";
  const page = list.rowAt(list.offsetOf(index) + (down ? 1 : -1) * scroller.viewport);
  return page === index ? index + (down ? lanes : -lanes) : page;
}

/** The next row of masonry in the same lane. @param {ListBody} body @param {number} index @param {number} step */
function inLane({ list, start, end }, index, step) {
  const lane = list?.laneOf(index);
  for (let next = index + step; next >= start && next < end; next += step) {
    if (list?.laneOf(next) === lane) return next;
  }
  return undefined;
}

/** The next row from `from` on whose text begins so, or -1. @param {ListBody} body @param {string} text @param {number} from */
function ahead(body, text, from) {
  const { length } = body.data;
  for (let i = 0; i < Math.min(length, 200_000); i++) {
    const index = (from + i) % length;
    if (textAt(body, index).trimStart().toLowerCase().startsWith(text)) return index;
  }
  return -1;
}
