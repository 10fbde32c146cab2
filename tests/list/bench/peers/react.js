import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { mounted } from "./mounted.js";
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
  return mounted(root);
}
