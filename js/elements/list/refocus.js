import { whileConnected } from "./connected.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

/**
 * The focus returns to its row when the list is removed and inserted again in one task, as
 * frameworks move elements: the browser drops it.
 * @param {ListView} view
 */
export function refocus(view) {
  const { host } = view;
  /** @type {HTMLElement | undefined} */
  let focused;
  const forget = () => {
    queueMicrotask(() => {
      if (!focused?.matches(":focus")) focused = undefined;
    });
  };
  host.addEventListener("focusin", ({ target }) => {
    focused = /** @type {HTMLElement} */ (target);
  });
  host.addEventListener("focusout", forget);
  whileConnected(view, (signal) => {
    const { activeElement, body } = document;
    if (focused?.isConnected && (activeElement ?? body) === body) {
      focused.focus({ preventScroll: true });
    }
    signal.addEventListener("abort", forget);
  });
}
