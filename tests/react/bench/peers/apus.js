import { createElement, createRef } from "react";
import { List } from "../../../../js/react/index.js";
import { estimate, mount, overscan, row } from "../row.js";

export default (root, _count, data) => {
  const ref = createRef();
  const props = { ref, items: data, renderItem: row, className: "viewport", overscan, estimate };
  const peer = mount(root, createElement(List, props));
  peer.scrollToIndex = (index) => ref.current.scrollToIndex(index);
  return peer;
};
