// A list that a server and a page render.
import { createElement as h, useState } from "react";
import { List } from "../../../js/react/index.js";

const people = Array.from({ length: 1000 }, (_, id) => ({ id, name: `Person ${id}` }));

function Person({ person }) {
  const [liked, like] = useState(false);
  return h(
    "p",
    { style: { margin: 0, padding: 10 } },
    `${person.name} `,
    h("button", { type: "button", onClick: () => like(true) }, liked ? "liked" : "like"),
  );
}

export const Town = (props) =>
  h(
    "main",
    null,
    h("h1", null, "Town"),
    h(List, {
      "aria-label": "People",
      className: "town",
      style: { height: 400 },
      items: people,
      initialCount: 15,
      keyOf: (person) => person.id,
      renderItem: (person) => h(Person, { person }),
      ...props,
    }),
  );
