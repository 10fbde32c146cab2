import { pin } from "./pins.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/** Px from the edge of the visible area within which dragging scrolls. */
const edge = 48;
/** Px a frame for each px into the edge. */
const speed = 0.25;
/** Px that a pointer moves before a press becomes a drag. */
const slop = 5;

/**
 * Follows a pressed pointer: after a few px it drags the row and shows where the row would land.
 * Everything is measured on the rows as they are on the screen, so that lanes, the list's axis and
 * padding, and scaled ancestors need no case of their own. Escape, a cancelled pointer, and the
 * removal of the row or the list end it without a move.
 * @param {ListView} view @param {Row} row @param {PointerEvent} press
 * @param {HTMLElement} drop the line that shows where @param {(from: number, to: number) => void} move
 */
export function drag(view, row, press, drop, move) {
  const { host, list, scroller } = view;
  if (!list || !scroller) return;
  const abort = new AbortController();
  const { signal } = abort;
  const rtl = getComputedStyle(host).direction === "rtl";
  // Rows side by side: a row lands to the left or the right of another.
  const across = view.horizontal || list.lanes > 1;
  let [x, y] = [press.clientX, press.clientY];
  let to = row.index;
  let dragging = false;

  /** Whether the row is still the one that was pressed. */
  const alive = () =>
    host.isConnected &&
    host.hasAttribute("reorder") &&
    view.renderer.byElement.get(row.element) === row;

  const scroll = () => {
    const box = visibleBox(host);
    const whole = host.getBoundingClientRect();
    const [at, from, till, more] = view.horizontal
      ? [x, box.left, box.right, [whole.left < box.left, whole.right > box.right]]
      : [y, box.top, box.bottom, [whole.top < box.top, whole.bottom > box.bottom]];
    const zone = Math.min(edge, (till - from) / 4);
    const by = Math.min(at - from - zone, 0) + Math.max(at - till + zone, 0);
    if (!by || (scroller.outside && !more[by < 0 ? 0 : 1])) return;
    scroller.position += by * speed * (view.horizontal && rtl ? -1 : 1);
  };

  /** Finds the row nearest to the pointer, and the side of it where the dragged row would land. */
  const aim = () => {
    const box = visibleBox(host);
    const px = Math.min(Math.max(x, box.left), box.right - 1);
    const py = Math.min(Math.max(y, box.top), box.bottom - 1);
    let best = Number.POSITIVE_INFINITY;
    for (const { element, index } of view.rows.list) {
      if (index < view.first || index > view.last) continue; // a stuck header, a row kept for its focus
      const rect = element.getBoundingClientRect();
      const away = Math.hypot(
        Math.max(rect.left - px, 0, px - rect.right),
        Math.max(rect.top - py, 0, py - rect.bottom),
      );
      if (away >= best) continue;
      best = away;
      const [at, half] = across
        ? [px, (rect.left + rect.right) / 2]
        : [py, (rect.top + rect.bottom) / 2];
      const after = at >= half;
      const before = after === (across && rtl) ? index : index + 1;
      to = before > row.index ? before - 1 : before;
      showDrop(drop, rect, across, after, list.gap / 2);
    }
  };

  const frame = () => {
    if (signal.aborted) return;
    if (!alive()) return end(false);
    scroll();
    aim();
    requestAnimationFrame(frame);
  };

  /** @param {boolean} done */
  const end = (done) => {
    abort.abort();
    const lands = dragging && done && alive();
    if (lands) {
      view.fill(); // rows may have come or gone since the last frame
      aim();
    }
    drop.hidden = true;
    row.element.removeAttribute("data-dragging");
    pin(view, "drag", []);
    if (lands) move(row.index, to);
  };

  /** @param {string} type @param {(event: PointerEvent) => void} listener */
  const follow = (type, listener) =>
    addEventListener(
      type,
      (event) => {
        const pointer = /** @type {PointerEvent} */ (event);
        if (pointer.pointerId !== press.pointerId) return;
        if (type !== "pointercancel") [x, y] = [pointer.clientX, pointer.clientY];
        listener(pointer);
      },
      { signal },
    );
  follow("pointermove", () => {
    if (dragging || Math.hypot(x - press.clientX, y - press.clientY) < slop) return;
    if (!alive()) return end(false);
    dragging = true;
    getSelection()?.removeAllRanges();
    host.setPointerCapture(press.pointerId);
    row.element.setAttribute("data-dragging", "");
    pin(view, "drag", [row]);
    drop.hidden = false;
    frame();
  });
  follow("pointerup", () => end(true));
  follow("pointercancel", () => end(false));
  // The browser's own drag of a picture or a link would cancel the pointer.
  host.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !dragging) return;
      event.preventDefault(); // a dialog stays open
      event.stopPropagation();
      end(false);
    },
    { signal, capture: true },
  );
}

/** The part of the list's box that the window shows, px of the window. @param {HTMLElement} host */
function visibleBox(host) {
  const { left, top, right, bottom } = host.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return {
    left: Math.max(left, 0),
    top: Math.max(top, 0),
    right: Math.min(right, clientWidth),
    bottom: Math.min(bottom, clientHeight),
  };
}

/**
 * Lays the line along an edge of a row.
 * @param {HTMLElement} drop @param {DOMRect} rect of the row, px of the window
 * @param {boolean} across at its left or right edge @param {boolean} after at the right or lower edge
 * @param {number} gap px of the list between the row and the line
 */
function showDrop(drop, rect, across, after, gap) {
  const content = /** @type {HTMLElement} */ (drop.parentElement);
  const box = content.getBoundingClientRect();
  const scale = {
    x: box.width / content.offsetWidth || 1,
    y: box.height / content.offsetHeight || 1,
  };
  const shift = after ? gap : -gap;
  const left = (across && after ? rect.right : rect.left) - box.left;
  const top = (!across && after ? rect.bottom : rect.top) - box.top;
  Object.assign(drop.style, {
    left: `${left / scale.x + (across ? shift : 0)}px`,
    top: `${top / scale.y + (across ? 0 : shift)}px`,
    width: across ? "0" : `${rect.width / scale.x}px`,
    height: across ? `${rect.height / scale.y}px` : "0",
  });
}
