import { emit, once } from "../base.js";
import { hint } from "./hint.js";
import { pin, rowOf } from "./pins.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/** Px from the viewport's edge within which dragging scrolls. */
const edge = 48;
/** Px a frame for each px into the edge. */
const speed = 0.25;
/** Px that a pointer moves before a press becomes a drag. */
const slop = 5;

const first = once(`
#drop{position:absolute;inset-inline:0;height:0;border-top:2px solid var(--apus-drop,Highlight);z-index:2;pointer-events:none}
::slotted([data-dragging]){opacity:.5}
`);

/** @type {HTMLElement | undefined} outside the list, whose role allows only rows */
let voice;

/** @param {string} text for a screen reader */
function say(text) {
  if (!voice) {
    voice = document.createElement("div");
    voice.setAttribute("aria-live", "polite");
    Object.assign(voice.style, { position: "fixed", clipPath: "inset(50%)", width: "1px" });
    document.body.append(voice);
  }
  voice.textContent = text;
}

/**
 * Moves rows: drag them (by their `[data-handle]`, if they have one), or press
 * Alt with an arrow key on the focused row. The list scrolls at its edges,
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
    say(`${to + 1} / ${view.data.length}`);
    return true;
  };

  host.addEventListener("keydown", (event) => {
    const row = rowOf(view, event.target);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!row || !by || !event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    if (!move(row.index, row.index + by)) return;
    view.list?.scrollTo(row.index, "nearest");
    view.fill();
  });

  host.addEventListener("pointerdown", (press) => {
    const row = rowOf(view, press.target);
    const target = /** @type {Element} */ (press.target);
    if (!row || press.button !== 0 || !host.hasAttribute("reorder")) return;
    if (row.element.querySelector("[data-handle]") && !target.closest("[data-handle]")) return;
    if (press.pointerType === "touch" && !target.closest("[data-handle]")) return; // touch scrolls
    drag(view, row, press, drop, move);
  });
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
    const { element } = rows.list[at];
    const focused = element.contains(document.activeElement) && document.activeElement;
    host.insertBefore(element, rows.list[at + 1]?.element ?? null);
    if (focused) /** @type {HTMLElement} */ (focused).focus({ preventScroll: true });
  }
  for (const follow of view.splicers) follow(Math.min(from, to), 0, 0);
  view.start = -1;
  view.fill();
}

/**
 * @param {ListView} view @param {Row} row @param {PointerEvent} press
 * @param {HTMLElement} drop @param {(from: number, to: number) => boolean} move
 */
function drag(view, row, press, drop, move) {
  const { host, list, scroller } = view;
  if (!list || !scroller) return;
  const abort = new AbortController();
  const { signal } = abort;
  let y = press.clientY;
  let to = row.index;
  let dragging = false;
  const frame = () => {
    if (signal.aborted) return;
    const box = host.getBoundingClientRect();
    const above = box.top + edge - y;
    const below = y - (box.bottom - edge);
    const by = above > 0 ? -above : below > 0 ? below : 0;
    if (by) host.scrollBy({ top: by * speed, behavior: "instant" });
    const at = view.position + Math.min(Math.max(y - box.top, 0), box.height - 1);
    const over = list.rowAt(at);
    const half = list.offsetOf(over) + list.sizeOf(over) / 2;
    const before = at < half ? over : over + 1;
    to = before > row.index ? before - 1 : before;
    const line = before < list.size ? list.offsetOf(before) : list.total;
    drop.style.top = `${Math.round(line - view.position + scroller.position)}px`;
    requestAnimationFrame(frame);
  };
  /** @param {boolean} done */
  const end = (done) => {
    abort.abort();
    drop.hidden = true;
    row.element.removeAttribute("data-dragging");
    pin(view, "drag", []);
    if (dragging && done) move(row.index, to);
  };
  addEventListener(
    "pointermove",
    (event) => {
      if (event.pointerId !== press.pointerId) return;
      y = event.clientY;
      if (dragging || Math.abs(y - press.clientY) < slop) return;
      dragging = true;
      getSelection()?.removeAllRanges();
      host.setPointerCapture(press.pointerId);
      row.element.setAttribute("data-dragging", "");
      pin(view, "drag", [row]);
      drop.hidden = false;
      frame();
    },
    { signal },
  );
  addEventListener("pointerup", () => end(true), { signal });
  addEventListener("pointercancel", () => end(false), { signal });
  addEventListener("keydown", (event) => event.key === "Escape" && end(false), { signal });
}
