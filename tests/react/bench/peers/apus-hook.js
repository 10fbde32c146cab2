// useVirtualList of apus/react: the hook without the element, as TanStack Virtual is one.
import { createElement } from "react";
import { useVirtualList } from "../../../../js/react/index.js";
import { estimate, mount, overscan, row } from "../row.js";

export default (root, _count, data) => {
  const ref = { current: undefined };
  function List() {
    const list = useVirtualList({ items: data, overscan, estimate });
    ref.current = list;
    const rows = list.rows.map(({ index, item }) =>
      createElement("div", { key: index, ref: list.measure, "data-index": index }, row(item)),
    );
    const box = createElement("div", { style: list.box }, rows);
    const content = createElement("div", { style: list.content }, box);
    return createElement("div", { ref: list.ref, className: "viewport" }, content);
  }
  const peer = mount(root, createElement(List));
  peer.scrollToIndex = (index) => ref.current.scrollToIndex(index);
  return peer;
};
