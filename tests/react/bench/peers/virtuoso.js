import { createElement, createRef } from "react";
import { Virtuoso } from "react-virtuoso";
import { estimate, mount, overscan, row } from "../row.js";

export default (root, count) => {
  const ref = createRef();
  const props = {
    ref,
    totalCount: count,
    className: "viewport",
    defaultItemHeight: estimate,
    increaseViewportBy: overscan,
    itemContent: row,
  };
  const peer = mount(root, createElement(Virtuoso, props));
  peer.scrollToIndex = (index) => ref.current.scrollToIndex(index);
  return peer;
};
