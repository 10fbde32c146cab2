/**
 * What to render now. One object a list, filled anew by every `frame()`. px.
 * @typedef {object} Frame
 * @property {number} start rows [start, end) are to be rendered
 * @property {number} end
 * @property {number} origin where row `start` begins in the scroller
 * @property {number} extent of the scroller's content
 * @property {number} scroll where to set the scroller, or -1
 * @property {number} position in the list, whatever the scroller shows
 * @property {number} total of the list, padding included
 * @property {number} first rows [first, last] are visible
 * @property {number} last
 * @property {number} stuck the sticky header that stands at the edge, or -1
 * @property {number} push how far the next header has pushed it out
 * @property {number} atEnd 1 when nothing is hidden beyond the end
 */

export const fields = /** @type {(keyof Frame)[]} */ (
  "start end origin extent scroll position total first last stuck push atEnd".split(" ")
);

/** @typedef {"start" | "center" | "end" | "nearest"} Align */
const aligns = ["start", "center", "end", "nearest"];

/** What the core calls it. @param {Align} align @throws {TypeError} for another word */
export function alignment(align) {
  const index = aligns.indexOf(align);
  if (index < 0)
    throw new TypeError(`align must be one of ${aligns.join(", ")}, got ${String(align)}`);
  return index;
}
