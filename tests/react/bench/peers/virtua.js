import { createElement, createRef } from "react";
import { VList } from "virtua";
import { estimate, mount, overscan, row } from "../row.js";

export default (root, _count, data) => {
  const ref = createRef();
  const props = { ref, data, className: "viewport", bufferSize: overscan, itemSize: estimate };
  const peer = mount(root, createElement(VList, props, row));
  peer.scrollToIndex = (index) => ref.current.scrollToIndex(index);
  return peer;
};
