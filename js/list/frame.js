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

/**
 * Reads what the core answered: doubles, in the order of ListView::Frame.
 * @param {Frame} frame filled anew @param {Float64Array} f64 @param {number} at
 */
export function readFrame(frame, f64, at) {
  frame.start = f64[at];
  frame.end = f64[at + 1];
  frame.origin = f64[at + 2];
  frame.extent = f64[at + 3];
  frame.scroll = f64[at + 4];
  frame.position = f64[at + 5];
  frame.total = f64[at + 6];
  frame.first = f64[at + 7];
  frame.last = f64[at + 8];
  frame.stuck = f64[at + 9];
  frame.push = f64[at + 10];
  frame.atEnd = f64[at + 11];
}

/** @typedef {"start" | "center" | "end" | "nearest"} Align */
const aligns = ["start", "center", "end", "nearest"];

/** What the core calls it. @param {Align} align @throws {TypeError} for another word */
export function alignment(align) {
  const index = aligns.indexOf(align);
  if (index < 0)
    throw new TypeError(`align must be one of ${aligns.join(", ")}, got ${String(align)}`);
  return index;
}
