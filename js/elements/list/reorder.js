import { emit, once } from "../base.js";
import { arrange, place } from "./arrange.js";
import { drag } from "./drag.js";
import { hint } from "./hint.js";
import { rowOf } from "./pins.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

/** Where a press or a key is for the field and not for its row. */
const fields = "input,textarea,select,[contenteditable]:not([contenteditable=false])";

const first = once(`
#drop{position:absolute;margin:-1px;padding:1px;box-sizing:content-box;background:var(--apus-drop,Highlight);z-index:2;pointer-events:none}
::slotted([data-dragging]){opacity:.5}
`);

/** @type {HTMLElement | undefined} outside the list, whose role allows only rows */
let voice;

/** Tells a screen reader. @param {HTMLElement} host @param {string} text */
function say(host, text) {
  if (!voice) {
    voice = document.createElement("div");
    voice.setAttribute("aria-live", "polite");
    Object.assign(voice.style, { position: "fixed", clipPath: "inset(50%)", width: "1px" });
  }
  const place = host.closest("dialog") ?? document.body; // a modal dialog silences the rest
  if (voice.parentNode !== place) place.append(voice);
  voice.textContent = text;
}

/**
 * Moves rows: drag them (by their `[data-handle]`, if they have one), or press
 * Alt with an arrow key of the list's axes on the focused row. The list scrolls at its edges,
 * dispatches `reorder` and moves the item unless the event is cancelled.
 * @param {ListView} view
 */
export function reorder(view) {
  const { host } = view;
  const root = host.shadowRoot;
  hint(view);
  if (!root || !first(host)) return;
  const drop = document.createElement("div");
  drop.id = "drop";
  drop.part.add("drop");
  drop.hidden = true;
  root.getElementById("content")?.append(drop);

  /** @param {number} from @param {number} to */
  const move = (from, to) => {
    if (from === to || to < 0 || to >= view.data.length || !host.hasAttribute("reorder"))
      return false;
    if (!emit(view.host, "reorder", { from, to })) return false;
    moveRow(view, from, to);
    say(host, `${to + 1} / ${view.data.length}`);
    return true;
  };

  host.addEventListener("keydown", (event) => {
    const row = rowOf(view, event.target);
    const by = stepOf(view, event.key);
    if (!row || !by || !event.altKey || event.defaultPrevented || inField(event)) return;
    event.preventDefault();
    if (!move(row.index, row.index + by)) return;
    view.list?.scrollTo(row.index, "nearest");
    view.fill();
  });

  host.addEventListener("pointerdown", (press) => {
    const row = rowOf(view, press.target);
    const target = /** @type {Element} */ (press.target);
    if (!row || press.button !== 0 || !host.hasAttribute("reorder") || inField(press)) return;
    if (row.element.querySelector("[data-handle]") && !target.closest("[data-handle]")) return;
    if (press.pointerType === "touch" && !target.closest("[data-handle]")) return; // touch scrolls
    drag(view, row, press, drop, move);
  });
}

/** @param {Event} event */
function inField({ target }) {
  return /** @type {Element} */ (target).closest(fields) !== null;
}

/** How far a key moves a row. @param {ListView} view @param {string} key @returns {number | undefined} rows */
function stepOf({ host, horizontal, list }, key) {
  const lanes = list?.lanes ?? 1;
  const rtl = getComputedStyle(host).direction === "rtl" ? -1 : 1;
  const across = key === "ArrowLeft" || key === "ArrowRight";
  if (horizontal !== across && lanes === 1 && !list?.masonry) return undefined;
  return { ArrowUp: -lanes, ArrowDown: lanes, ArrowLeft: -rtl, ArrowRight: rtl }[key];
}

/**
 * Moves a row with its element and its size. Changes `items` in place.
 * @param {ListView} view @param {number} from @param {number} to
 */
function moveRow(view, from, to) {
  const { host, list, rows } = view;
  const { items } = /** @type {import("./apus-list.js").ApusList} */ (host);
  if (items.length)
    /** @type {any[]} */ (items).splice(to, 0, .../** @type {any[]} */ (items).splice(from, 1));
  list?.move(from, to);
  view.selected.move(from, to);
  for (const row of rows.list) {
    const { index } = row;
    if (index === from) row.index = to;
    else if (from < index && index <= to) row.index--;
    else if (to <= index && index < from) row.index++;
    row.element.setAttribute("aria-posinset", String(row.index + 1));
  }
  rows.list.sort((a, b) => a.index - b.index);
  const at = rows.list.findIndex((row) => row.index === to);
  if (at >= 0) {
    place(host, rows.list[at].element, rows.list[at + 1]?.element ?? null);
    arrange(view);
  }
  for (const follow of view.splicers) follow(Math.min(from, to), 0, 0);
  view.start = -1;
  view.fill();
}
