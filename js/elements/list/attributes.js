import { reflecting } from "../base.js";

/** The attributes of <apus-list> as properties, with their defaults. */
export const ListAttributes = reflecting({
  estimate: 40,
  overscan: 400,
  gap: 0,
  axis: /** @type {"x" | "y"} */ ("y"),
  lanes: 1,
  masonry: false,
  scroller: /** @type {"" | "window"} */ (""),
  stickToEnd: false,
  reorder: false,
  selection: /** @type {"" | "single" | "multiple"} */ (""),
});

/** Selects lists that are anything but a column that scrolls itself. */
export const shaping = "[axis],[gap],[lanes],[masonry],[scroller]";
