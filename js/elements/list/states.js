/** @typedef {import("./body.js").ListBody} ListBody */

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/**
 * Rows of pages that are on their way or failed: `data-state="loading"` or
 * `"error"`, with a copy of the slot of that name; pressing one that failed
 * asks for its page again.
 * @param {ListBody} body
 */
export function states(body) {
  const { host } = body;
  if (!known.has(body)) {
    known.add(body);
    body.binders.add(({ element, index }) => {
      const state = body.data.state(index);
      if (state === "ready") {
        delete element.dataset.state;
        return false;
      }
      if (element.dataset.state !== state) {
        element.dataset.state = state;
        const slot = host.querySelector(`:scope > [slot="${state}"]`);
        const text = state === "error" ? "Not loaded. Press to try again." : "…";
        element.replaceChildren(
          slot instanceof HTMLTemplateElement ? slot.content.cloneNode(true) : text,
        );
      }
      return true;
    });
    const retry = (/** @type {Event} */ { target }) => {
      const element = /** @type {Element} */ (target).closest('[data-state="error"]');
      const row = element && body.byElement.get(element);
      if (row) body.data.retry(row.index);
      if (row) body.rebind();
    };
    host.addEventListener("click", retry);
    host.addEventListener("keydown", (event) => {
      if (event.key === "Enter") retry(event);
    });
  }
  body.rebind();
}
