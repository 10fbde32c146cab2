import { once, reflect } from "../base.js";
import { pin, rowOf } from "./pins.js";
import { roves } from "./roves.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/** Ms without a key that end a word typed ahead. */
const pause = 700;

const first = once();

/** Rows that can be focused only because this part made them so. @type {WeakSet<HTMLElement>} */
const made = new WeakSet();

/** Lets a row take the focus. @param {HTMLElement} element */
function focusable(element) {
  if (element.hasAttribute("tabindex")) return;
  element.tabIndex = -1;
  made.add(element);
}

/**
 * Focuses a row; the list itself when it has no rows.
 * @param {ListView} view @param {number} to @param {boolean} [show] whether to bring it into view first
 */
export function focusRow(view, to, show = true) {
  const goal = Math.min(Math.max(to, 0), view.data.length - 1);
  if (goal < 0) return view.host.focus();
  if (show) view.list?.scrollTo(goal, "nearest");
  view.fill();
  const row = view.rows.list.find((row) => row.index === goal);
  if (!row) return;
  focusable(row.element);
  row.element.focus({ preventScroll: true });
}

/**
 * Roving focus: arrows, Home, End, Page Up and Page Down move it from row to
 * row. A listbox or feed that gets the focus passes it to the row that had it
 * last, else to a selected row, else to the first visible one; while a row has
 * it, that row is the tab stop. In a listbox, typing finds the next row that
 * begins with the text. The focused row stays mounted outside the window. When
 * it leaves the list, the row that took its place gets the focus.
 * @param {ListView} view
 */
export function keys(view) {
  const { host } = view;
  if (!first(host)) return;
  /** @type {Row | undefined} */
  let active;
  /** The row that has the focus or had it last; -1 before. */
  let index = -1;
  /** The list's own tabindex, while a row has the focus. @type {string | null | undefined} */
  let stop;
  let typed = "";
  let typedAt = Number.NEGATIVE_INFINITY; // the first key continues nothing
  let typing = new AbortController();

  const entry = () => (index >= 0 ? index : (view.selected.first ?? Math.max(view.first, 0)));
  /** @param {Row | undefined} row @param {number} tabIndex */
  const setStop = (row, tabIndex) => {
    if (row && made.has(row.element)) row.element.tabIndex = tabIndex;
  };
  const leave = () => {
    if (stop !== undefined) reflect(host, "tabindex", stop);
    stop = undefined;
  };
  const enter = (/** @type {Row | undefined} */ row) => {
    setStop(active, -1);
    active = row;
    if (row) index = row.index;
    pin(view, "focus", row ? [row] : []);
    if (!row || !roves(host)) return leave();
    setStop(row, 0);
    if (stop === undefined) stop = host.getAttribute("tabindex");
    host.tabIndex = -1;
  };

  /** @param {EventTarget | null} target */
  const focused = (target) => {
    enter(rowOf(view, target));
    const here = target === host && roves(host) && view.data.length;
    if (here && host.matches(":focus-visible")) focusRow(view, entry());
  };

  host.addEventListener("focusin", ({ target }) => focused(target));
  host.addEventListener("focusout", ({ relatedTarget }) => {
    const to = /** @type {Node | null} */ (relatedTarget);
    if (!host.contains(to)) typing.abort();
    const bound = active && view.renderer.byElement.get(active.element) === active;
    if (bound && (to === host || !host.contains(to))) enter(undefined);
  });
  host.addEventListener("pointerdown", ({ target }) => {
    const row = rowOf(view, target);
    if (row && roves(host)) focusable(row.element);
  });
  view.splicers.add((at, removed, inserted) => {
    if (index >= at + removed) index += inserted - removed;
    else if (index >= at) index = at + Math.min(index - at, inserted);
  });
  view.followers.add(() => {
    if (stop !== undefined && !host.matches(":focus-within")) leave();
    if (!active) return;
    if (view.renderer.byElement.get(active.element) === active) {
      index = active.index;
    } else {
      setStop(active, -1);
      active = undefined;
      // A row out of view that is removed must not take the view with it.
      queueMicrotask(() => {
        if (index >= view.first && index <= view.last) focusRow(view, index, false);
        else host.focus({ preventScroll: true });
      });
    }
  });
  const root = /** @type {Document | ShadowRoot} */ (host.getRootNode());
  focused(root.activeElement);

  host.addEventListener("keydown", (event) => {
    typing.abort();
    const { key, ctrlKey } = event;
    const role = host.getAttribute("role");
    const row = rowOf(view, event.target);
    if (row && (row.index < view.start || row.index >= view.end)) {
      view.list?.scrollTo(row.index, "nearest"); // the user types into a hidden row
      view.fill();
    }
    const inside = row && event.target !== row.element;
    const field = /** @type {Element} */ (event.target).matches("input,textarea,[contenteditable]");
    const article = role === "feed" && row && !field && (ctrlKey || key.startsWith("Page"));
    if (event.defaultPrevented || event.altKey || (inside && !article)) return;
    if (article && /^(Home|End)$/.test(key)) {
      event.preventDefault();
      import("./leave.js").then(({ leave }) => leave(host, key === "End"));
      return;
    }
    const continues = event.timeStamp - typedAt < pause;
    if (!(continues && key === " ") && view.selecting?.key(event, row?.index)) {
      event.preventDefault();
      return;
    }
    if (ctrlKey || event.metaKey || !(row || roves(host))) return;
    const to = row ? target(view, key, index) : into(view, key, entry());
    if (to !== undefined) {
      event.preventDefault();
      const from = index;
      focusRow(view, to);
      view.selecting?.moved(event, from, index);
    } else if (role === "listbox" && key.length === 1 && (continues || key !== " ")) {
      event.preventDefault();
      typed = continues ? typed + key : key;
      typedAt = event.timeStamp;
      typing = new AbortController();
      const { signal } = typing;
      const from = entry() + (typed.length === 1 && row ? 1 : 0);
      import("./ahead.js")
        .then(({ ahead }) => ahead(view, typed, from, signal))
        .then((found) => found >= 0 && focusRow(view, found));
    }
  });
}

/** Where a key goes that is pressed on the list itself. @param {ListView} view @param {string} key @param {number} entry */
function into(view, key, entry) {
  if (key === "Home") return 0;
  if (key === "End") return view.data.length - 1;
  return key.startsWith("Arrow") ? entry : undefined;
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
  if (view.host.getAttribute("role") === "feed") return index + (down ? 1 : -1);
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
