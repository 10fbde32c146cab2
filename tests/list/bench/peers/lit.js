import "@lit-labs/virtualizer";
import { html } from "lit";
import { heightOf, nameOf } from "./row.js";

export default (root, _count, data) => {
  const list = document.createElement("lit-virtualizer");
  list.className = "viewport scroll";
  list.scroller = true;
  list.renderItem = (id) =>
    html`<div class="row wide" data-index=${id} .style=${`height:${heightOf(id)}px`}>${nameOf(id)}</div>`;
  list.items = data;
  root.append(list);
  return {
    scroller: list,
    index: (row) => Number(row.dataset.index),
    scrollToIndex: (index) => list.element(index).scrollIntoView({ block: "start" }),
  };
};
