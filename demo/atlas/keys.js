import { rowOf } from "./row.js";

const rowsInPage = 10;

/**
 * Keyboard navigation: "/" moves to the search, an arrow key from there into the
 * list. Arrow keys, Home, End, Page Up and Page Down move along the rows. Enter
 * opens a row, because rows are buttons.
 *
 * @param {any} list the <apus-list>
 * @param {HTMLInputElement} search
 * @param {() => number} length rows in the list
 */
export function listenToKeys(list, search, length) {
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "/" && !(target instanceof HTMLInputElement && target.type === "search")) {
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (key === "ArrowDown" && target === search) {
      event.preventDefault();
      focusRow(list, 0, length());
    }
  });
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const row = rowOf(/** @type {Element} */ (event.target));
    if (!row || event.defaultPrevented) return;
    const { index } = row;
    if (event.key === "ArrowUp" && index === 0) {
      event.preventDefault();
      search.focus();
      return;
    }
    const next = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + rowsInPage,
      PageUp: index - rowsInPage,
      Home: 0,
      End: length() - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    focusRow(list, next, length());
  });
}

/** @param {any} list @param {number} wanted @param {number} length */
async function focusRow(list, wanted, length) {
  const index = Math.min(length - 1, Math.max(0, wanted));
  if (index < 0) return;
  list.scrollToIndex(index, { align: "nearest" });
  // A distant row is rendered in one of the next frames, one of a server when its page is here.
  const from = document.activeElement;
  const end = performance.now() + 5000;
  while (document.activeElement === from && performance.now() < end) {
    for (const element of list.children) {
      const button = element.querySelector("button");
      if (!button || !element.isConnected || rowOf(element)?.index !== index) continue;
      button.focus({ preventScroll: true });
      return;
    }
    await new Promise(requestAnimationFrame);
  }
}
