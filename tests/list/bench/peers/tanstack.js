import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import { estimate, heightOf, nameOf, overscanRows } from "./row.js";

// A binding as in its documentation, without a framework.
export default (root, count) => {
  const scroller = document.createElement("div");
  scroller.className = "viewport scroll";
  const content = document.createElement("div");
  content.style.position = "relative";
  scroller.append(content);
  root.append(scroller);
  const mounted = new Map();
  const render = () => {
    content.style.height = `${virtualizer.getTotalSize()}px`;
    const seen = new Set();
    for (const { index, start } of virtualizer.getVirtualItems()) {
      seen.add(index);
      let element = mounted.get(index);
      if (!element) {
        element = document.createElement("div");
        element.className = "row absolute";
        element.dataset.index = String(index);
        element.style.height = `${heightOf(index)}px`;
        element.textContent = nameOf(index);
        mounted.set(index, element);
        content.append(element);
        virtualizer.measureElement(element);
      }
      const transform = `translateY(${start}px)`;
      if (element.style.transform !== transform) element.style.transform = transform;
    }
    for (const [index, element] of mounted) {
      if (seen.has(index)) continue;
      element.remove();
      mounted.delete(index);
    }
    virtualizer.measureElement(null);
  };
  const virtualizer = new Virtualizer({
    count,
    estimateSize: () => estimate,
    overscan: overscanRows,
    getScrollElement: () => scroller,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    measureElement,
    onChange: render,
  });
  virtualizer._didMount();
  virtualizer._willUpdate();
  render();
  return {
    scroller,
    index: (row) => Number(row.dataset.index),
    scrollToIndex: (index) => virtualizer.scrollToIndex(index, { align: "start" }),
  };
};
