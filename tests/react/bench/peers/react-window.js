import { createElement } from "react";
import { List, useDynamicRowHeight, useListRef } from "react-window";
import { estimate, mount, overscanRows, Row } from "../row.js";

const Line = ({ index, style }) =>
  createElement("div", { style, "data-index": index }, createElement(Row, { id: index }));

export default (root, count) => {
  let listRef;
  const App = () => {
    const rowHeight = useDynamicRowHeight({ defaultRowHeight: estimate });
    listRef = useListRef(null);
    return createElement(List, {
      listRef,
      className: "viewport",
      rowComponent: Line,
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
