import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { heightOf, nameOf } from "./row.js";

export const row = (index) =>
  createElement(
    "div",
    { key: index, className: "row", "data-index": index, style: { height: heightOf(index) } },
    nameOf(index),
  );

/** @param {HTMLElement} root @param {import("react").ReactElement} element */
export function mount(root, element) {
  createRoot(root).render(element);
  return {
    get scroller() {
      return [root, ...root.querySelectorAll("*")].find((element) => {
        const { overflowY } = getComputedStyle(element);
        return (
          (overflowY === "auto" || overflowY === "scroll") &&
          element.scrollHeight > element.clientHeight
        );
      });
    },
    index: (row) => Number(row.dataset.index),
  };
}
