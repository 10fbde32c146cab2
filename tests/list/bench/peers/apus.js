import "../../../../js/define/list.js";
import { estimate, heightOf, nameOf, overscan } from "./row.js";

/** @param {HTMLElement} root @param {number} count */
export default (root, count, data) => {
  const list = document.createElement("apus-list");
  list.className = "viewport";
  list.setAttribute("estimate", String(estimate));
  list.setAttribute("overscan", String(overscan));
  list.renderItem = (item, _index, element) => {
    element.className = "row";
    element.style.height = `${heightOf(item)}px`;
    element.textContent = nameOf(item);
  };
  if (data) list.items = data;
  else {
    list.source = {
      length: count,
      getRange: (start, end) => Array.from({ length: end - start }, (_, i) => start + i),
    };
  }
  root.append(list);
  return {
    scroller: list,
    list,
    index: (row) => Number(row.getAttribute("aria-posinset")) - 1,
    scrollToIndex: (index) => list.scrollToIndex(index),
  };
};
