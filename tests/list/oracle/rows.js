// The rows of both documents: text that wraps, and a box as high as the item says.
const words = "swift apus wing alpine a of migration nesting in feather colony sky".split(" ");

let made = 0;

/** @param {number} count @param {(below: number) => number} random */
export function makeItems(count, random) {
  return Array.from({ length: count }, () => {
    const id = made++;
    const text = Array.from({ length: 2 + random(25) }, () => words[random(words.length)]);
    return { id, text: text.join(" "), px: random(4) ? random(40) : random(220) };
  });
}

/** Whether it is a header, where there are headers. @param {{ id: number }} item */
export const isHeader = ({ id }) => id % 20 === 0;

/**
 * @param {{ headers?: boolean, late?: boolean }} surrounding
 * @returns {(item: any, index: number, element: HTMLElement) => void} a list's `renderItem`
 */
export function renderer({ headers, late }) {
  return (item, _index, element) => {
    element.className = headers && isHeader(item) ? "row header" : "row";
    element.dataset.id = String(item.id);
    const box = document.createElement("i");
    const button = document.createElement("button");
    button.textContent = "ok";
    element.replaceChildren(`#${item.id} ${item.text}`, box, button);
    if (!late || element.closest(".all")) return resize(item, element);
    element.style.setProperty("--px", "0px");
    // The image has loaded.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => element.dataset.id === String(item.id) && resize(item, element)),
    );
  };
}

/** Gives a row the size of its item. @param {any} item @param {HTMLElement} element */
export function resize(item, element) {
  element.style.setProperty("--px", `${item.px}px`);
}
