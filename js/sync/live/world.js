/**
 * Time, chance and frames, as live data uses them; tests bring their own.
 * @typedef {object} World
 * @property {() => number} now ms since 1970
 * @property {() => number} random 0 to 1
 * @property {(due: () => void, ms: number) => () => void} later returns what calls it off
 * @property {(due: () => void) => void} frame before the page is painted next; in a hidden page within
 *   a second, without a page within 16 ms
 */

/** @type {World} */
export const world = {
  now: () => Date.now(),
  random: () => Math.random(),
  later(due, ms) {
    const timer = setTimeout(due, ms);
    return () => clearTimeout(timer);
  },
  frame(due) {
    if (!globalThis.document) {
      setTimeout(due, 16);
      return;
    }
    // A hidden page has no frames.
    const late = setTimeout(() => {
      cancelAnimationFrame(frame);
      due();
    }, 1000);
    const frame = requestAnimationFrame(() => {
      clearTimeout(late);
      due();
    });
  },
};

/** 128 random bits. */
export const randomId = () =>
  crypto
    .getRandomValues(new Uint32Array(4))
    .reduce((id, it) => id + it.toString(36).padStart(7, "0"), "");
