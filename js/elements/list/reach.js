import { emit } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

/**
 * Reports once when the first or the last row is rendered, and again after rows
 * were added at that end.
 * @param {ListView} view
 */
export function reach(view) {
  let first = false;
  let length = -1;
  const look = () => {
    const { start, end, data } = view;
    if (start > 0) first = false;
    else if (start === 0 && !first && data.length) {
      first = true;
      emit(view.host, "reachstart", {});
    }
    if (end !== data.length || !end) length = -1;
    else if (length !== end) {
      length = end;
      emit(view.host, "reachend", {});
    }
  };
  view.splicers.add((at) => {
    if (at === 0) first = false;
  });
  view.followers.add(look);
  look();
}
