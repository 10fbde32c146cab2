import * as layout from "../../dist/layout.js";

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
 * Reads what the core answered.
 * @param {Frame} frame filled anew @param {Float64Array} f64 @param {number} at
 */
export function readFrame(frame, f64, at) {
  frame.start = f64[at + layout.FRAME_START];
  frame.end = f64[at + layout.FRAME_END];
  frame.origin = f64[at + layout.FRAME_ORIGIN];
  frame.extent = f64[at + layout.FRAME_EXTENT];
  frame.scroll = f64[at + layout.FRAME_SCROLL];
  frame.position = f64[at + layout.FRAME_POSITION];
  frame.total = f64[at + layout.FRAME_TOTAL];
  frame.first = f64[at + layout.FRAME_FIRST];
  frame.last = f64[at + layout.FRAME_LAST];
  frame.stuck = f64[at + layout.FRAME_STUCK];
  frame.push = f64[at + layout.FRAME_PUSH];
  frame.atEnd = f64[at + layout.FRAME_AT_END];
}

/** @typedef {"start" | "center" | "end" | "nearest"} Align */
const aligns = {
  start: layout.ALIGN_START,
  center: layout.ALIGN_CENTER,
  end: layout.ALIGN_END,
  nearest: layout.ALIGN_NEAREST,
};

/** The core's number for it. @param {Align} align @throws {TypeError} for another word */
export function alignment(align) {
  if (!Object.hasOwn(aligns, align)) {
    const words = Object.keys(aligns).join(", ");
    throw new TypeError(`align must be one of ${words}, got ${String(align)}`);
  }
  return aligns[align];
}
