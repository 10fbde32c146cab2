/** @typedef {import("./view.js").ListView<any>} ListView */

/** Puts the elements of the mounted rows in the order of the rows. @param {ListView} view */
export function arrange({ host, rows, renderer }) {
  /** @type {Element | null} */
  let after = null;
  for (const { element } of [...rows.list].reverse()) {
    let next = element.nextElementSibling;
    while (next && !renderer.byElement.has(next)) next = next.nextElementSibling;
    if (next !== after) place(host, element, after);
    after = element;
  }
}

/**
 * Moves a row's element. Frames, players and scroll positions in it survive where the browser has
 * `moveBefore`; the focus does everywhere. Chromium's `moveBefore` scrolls to a row that has the
 * focus: there it stays, and `arrange` moves the others around it.
 * @param {HTMLElement} host @param {HTMLElement} element @param {Element | null} before
 */
export function place(host, element, before) {
  const { activeElement } = /** @type {Document | ShadowRoot} */ (host.getRootNode());
  const focused = element.contains(activeElement);
  const mover = /** @type {{ moveBefore?: Node["insertBefore"] }} */ (host);
  if (!mover.moveBefore || !host.isConnected) {
    host.insertBefore(element, before);
    if (focused) /** @type {HTMLElement} */ (activeElement).focus({ preventScroll: true });
  } else if (!focused) mover.moveBefore(element, before);
}
