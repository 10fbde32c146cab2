/** @typedef {import("./body.js").ListBody} ListBody */

const duration = 400; // ms
const reach = 2; // viewports that are really glided over; the rest is jumped

/** @type {WeakMap<ListBody, AbortController>} */
const running = new WeakMap();

/**
 * Glides to a row, or jumps if the user prefers that. The goal is asked for anew every frame, so that rows which
 * are measured on the way do not spoil it. Any input of the user ends it.
 * @param {ListBody} body @param {number} row @param {import("../../list/frame.js").Align} align
 */
export function glide(body, row, align) {
  const { list, scroller, host } = body;
  if (!list || !scroller) return;
  running.get(body)?.abort();
  const abort = new AbortController();
  running.set(body, abort);
  const { signal } = abort;
  for (const type of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    host.addEventListener(type, () => abort.abort(), { signal, passive: true });
  }
  const goal = list.target(row, align);
  if (align === "nearest") {
    if (goal === body.position) return;
    align = goal < body.position ? "start" : "end";
  }
  const most = reach * scroller.viewport;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const from = Math.min(Math.max(body.position, goal - most), goal + most);
  const began = performance.now();
  const step = (/** @type {number} */ now) => {
    if (signal.aborted || !body.list) return;
    const t = still ? 1 : Math.min(Math.max((now - began) / duration, 0), 1);
    if (t === 1) {
      abort.abort();
      list.scrollTo(row, align);
      body.fill();
      return;
    }
    const eased = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t);
    list.go(from + (list.target(row, align) - from) * eased);
    body.refreshFrame();
    requestAnimationFrame(step);
  };
  step(began);
}
