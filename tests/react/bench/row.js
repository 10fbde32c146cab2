// The row of every list: a component with text and a button, 24 to 223 px high.
import { createElement, useState } from "react";
import { heightOf, nameOf } from "../../list/bench/peers/row.js";

export { mount } from "../../list/bench/peers/react.js";
export { estimate, overscan, overscanRows } from "../../list/bench/peers/row.js";

/** @param {{ id: number }} props */
export function Row({ id }) {
  const [marked, mark] = useState(false);
  return createElement(
    "div",
    { className: "row", "data-index": id, style: { height: heightOf(id) } },
    createElement("strong", null, nameOf(id)),
    createElement("span", null, " of the same kind as the others "),
    createElement("button", { type: "button", onClick: () => mark(!marked) }, marked ? "★" : "☆"),
  );
}

/** @param {number} id */
export const row = (id) => createElement(Row, { key: id, id });
