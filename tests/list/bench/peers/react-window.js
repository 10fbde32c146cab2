import { createElement } from "react";
import { List, useDynamicRowHeight, useListRef } from "react-window";
import { mount } from "./react.js";
import { estimate, heightOf, nameOf, overscanRows } from "./row.js";

const Row = ({ index, style }) =>
  createElement(
    "div",
    { style, "data-index": index },
    createElement(
      "div",
      { className: "row", "data-index": index, style: { height: heightOf(index) } },
      nameOf(index),
    ),
  );

export default (root, count) => {
  let listRef;
  const App = () => {
    const rowHeight = useDynamicRowHeight({ defaultRowHeight: estimate });
    listRef = useListRef(null);
    return createElement(List, {
      listRef,
      className: "viewport",
      rowComponent: Row,
      rowCount: count,
      rowHeight,
      rowProps: {},
      overscanCount: overscanRows,
    });
  };
  const peer = mount(root, createElement(App));
  peer.scrollToIndex = (index) => listRef.current.scrollToRow({ index, align: "start" });
  return peer;
};
