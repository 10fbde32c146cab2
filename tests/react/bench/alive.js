// Counts the rows of React that are alive, while the list is scrolled by 1,000 steps.
import { createElement, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { List } from "../../../js/react/index.js";
import { Row } from "./row.js";

let alive = 0;

function Counted({ id }) {
  useEffect(() => {
    alive++;
    return () => void alive--;
  }, []);
  return createElement(Row, { id });
}

export default (root, _count, data) => {
  const renderItem = (id) => createElement(Counted, { id });
  createRoot(root).render(createElement(List, { items: data, renderItem, className: "viewport" }));
  return {
    /** @returns {Promise<number>} rows alive for each row in the document */
    async steps(count) {
      const list = root.querySelector("apus-list");
      for (let step = 1; step <= count; step++) {
        const far = step % 50 === 0;
        list.scrollTop = far ? (step * 7919 * 97) % list.scrollHeight : list.scrollTop + 97;
        await new Promise(requestAnimationFrame);
      }
      await new Promise((done) => setTimeout(done, 500)); // effects run late
      return alive / list.querySelectorAll(":scope > [slot=row]").length;
    },
  };
};
