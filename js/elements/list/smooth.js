/** @typedef {import("./view.js").ListView<any>} ListView */

/** Ms. */
const duration = 400;
/** Viewports to glide over; a longer way begins with a jump. */
const reach = 2;

/** @type {WeakMap<ListView, AbortController>} */
const running = new WeakMap();

/**
 * Glides to a row, or jumps when the user prefers reduced motion or the list is not in the document. Computes the
 * goal again at every frame, because rows are measured on the way. Follows splices. Any user input ends it.
 * @param {ListView} view @param {number} row @param {import("../../list/frame.js").Align} align
 */
export function glide(view, row, align) {
  const { list, scroller, host, splicers } = view;
  if (!list?.size) return;
  row = Math.min(row, list.size - 1); // rows may have been removed while this part loaded
  running.get(view)?.abort();
  const abort = new AbortController();
  running.set(view, abort);
  const { signal } = abort;
  for (const type of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    host.addEventListener(type, () => abort.abort(), { signal, passive: true });
  }
  const follow = (
    /** @type {number} */ at,
    /** @type {number} */ removed,
    /** @type {number} */ inserted,
  ) => {
    if (row >= at + removed) row += inserted - removed;
    else if (row >= at) row = at + Math.min(row - at, inserted);
    row = Math.min(row, list.size - 1);
  };
  splicers.add(follow);
  signal.addEventListener("abort", () => splicers.delete(follow));
  const goal = list.target(row, align);
  if (align === "nearest") {
    if (goal === view.position) return;
    align = goal < view.position ? "start" : "end";
  }
  const most = reach * (scroller?.viewport ?? 0);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const from = Math.min(Math.max(view.position, goal - most), goal + most);
  const began = performance.now();
  const step = (/** @type {number} */ now) => {
    if (!list.size) abort.abort();
    if (signal.aborted) return;
    const t = still || !view.scroller ? 1 : Math.min(Math.max((now - began) / duration, 0), 1);
    if (t === 1) {
      abort.abort();
      list.scrollTo(row, align);
      view.fill();
      return;
    }
    const eased = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t);
    list.go(from + (list.target(row, align) - from) * eased);
    view.refreshFrame();
    requestAnimationFrame(step);
  };
  step(began);
}
