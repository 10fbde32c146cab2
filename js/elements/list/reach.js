/** @typedef {import("./body.js").ListBody} ListBody */

/**
 * Tells once when the first or the last row is rendered, and again when rows
 * have come at that end.
 * @param {ListBody} body
 */
export function reach(body) {
  let first = false;
  let length = -1;
  const look = () => {
    const { start, end, data } = body;
    if (start > 0) first = false;
    else if (start === 0 && !first && data.length) {
      first = true;
      body.emit("reachstart", {});
    }
    if (end !== data.length || !end) length = -1;
    else if (length !== end) {
      length = end;
      body.emit("reachend", {});
    }
  };
  body.splicers.add((at) => {
    if (at === 0) first = false;
  });
  body.followers.add(look);
  look();
}
