import { VList } from "virtua/vue";
import { createApp, h, ref } from "vue";
import { mounted } from "./mounted.js";
import { estimate, heightOf, nameOf, overscan } from "./row.js";

const row = ({ item }) =>
  h(
    "div",
    { key: item, class: "row", "data-index": item, style: { height: `${heightOf(item)}px` } },
    nameOf(item),
  );

export default (root, _count, data) => {
  const list = ref();
  const props = { ref: list, data, class: "viewport", bufferSize: overscan, itemSize: estimate };
  createApp({ render: () => h(VList, props, { default: row }) }).mount(root);
  const peer = mounted(root);
  peer.scrollToIndex = (index) => list.value.scrollToIndex(index);
  return peer;
};
