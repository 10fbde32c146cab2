// As in the library's documentation for rows of unknown height.
import { useVirtualizer } from "@tanstack/react-virtual";
import { createElement, useRef } from "react";
import { estimate, mount, overscanRows, Row } from "../row.js";

let list;

function List({ count }) {
  const parent = useRef(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => parent.current,
    estimateSize: () => estimate,
    overscan: overscanRows,
  });
  list = virtualizer;
  const items = virtualizer.getVirtualItems();
  const top = `translateY(${items[0]?.start ?? 0}px)`;
  return createElement(
    "div",
    { ref: parent, className: "viewport scroll" },
    createElement(
      "div",
      { style: { height: virtualizer.getTotalSize(), width: "100%", position: "relative" } },
      createElement(
        "div",
        { style: { position: "absolute", top: 0, left: 0, width: "100%", transform: top } },
        items.map(({ key, index }) =>
          createElement(
            "div",
            { key, "data-index": index, ref: virtualizer.measureElement },
            createElement(Row, { id: index }),
          ),
        ),
      ),
    ),
  );
}

export default (root, count) => {
  const peer = mount(root, createElement(List, { count }));
  peer.scrollToIndex = (index) => list.scrollToIndex(index, { align: "start" });
  return peer;
};
