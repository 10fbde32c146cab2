/** Elements that may be tab stops. */
const stops =
  "a[href],area[href],button,input,select,textarea,summary,iframe,audio[controls],video[controls],[contenteditable],[tabindex]";

/**
 * Moves the focus out of a feed: to the next tab stop after it, or to the last before it. Without
 * one, the focus stays.
 * @param {HTMLElement} host @param {boolean} forwards
 */
export function leave(host, forwards) {
  const wanted = forwards ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  for (let from = host; from; ) {
    const root = /** @type {Document | ShadowRoot} */ (from.getRootNode());
    const all = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(stops)]);
    const beyond = all.filter((element) => {
      const where = from.compareDocumentPosition(element);
      if (!(where & wanted) || where & Node.DOCUMENT_POSITION_CONTAINED_BY) return false;
      if (element.tabIndex < 0 || element.matches(":disabled")) return false;
      return element.getClientRects().length > 0;
    });
    const next = beyond.at(forwards ? 0 : -1);
    if (next) return next.focus();
    from = /** @type {HTMLElement} */ (/** @type {ShadowRoot} */ (root).host);
  }
}
