import * as layout from "../../dist/layout.js";

/**
 * The rows to render and their places. A list has one such object, which every `frame()` fills. px.
 * @typedef {object} Frame
 * @property {number} start the rows to render: [start, end)
 * @property {number} end
 * @property {number} origin where row `start` begins in the scroller
 * @property {number} extent length of the scroller's content
 * @property {number} scroll where to set the scroller, or -1; below -1 only where it contains more than the list
 * @property {number} position in the list, which may differ from the scroller's
 * @property {number} total length of the list, padding included
 * @property {number} first rows [first, last] are visible
 * @property {number} last
 * @property {number} stuck the sticky header at the edge, or -1
 * @property {number} push how far the next header has pushed it out
 * @property {number} atEnd 1 when nothing is hidden beyond the end
 */

/** @returns {Frame} for `readFrame` */
export const emptyFrame = () => ({
  start: 0,
  end: 0,
  origin: 0,
  extent: 0,
  scroll: -1,
  position: 0,
  total: 0,
  first: 0,
  last: 0,
  stuck: -1,
  push: 0,
  atEnd: 0,
});

/**
 * Copies a frame from the core's memory.
 * @param {Frame} frame overwritten @param {Float64Array} f64 @param {number} at its index in `f64`
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

/** The core's code for it. @param {Align} align @throws {TypeError} for another word */
export function alignment(align) {
  if (!Object.hasOwn(aligns, align)) {
    const words = Object.keys(aligns).join(", ");
    throw new TypeError(`align must be one of ${words}, got ${String(align)}`);
  }
  return aligns[align];
}
