import { once } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once("::slotted([data-sticky]){position:sticky;top:var(--apus-push,0px);z-index:1}");

/**
 * Sticky headers: the header of the rows at the edge stays mounted and sticks to
 * the edge until the next header pushes it out. The browser moves headers, so
 * they do not flicker.
 * @param {ListView} view
 */
export function sticky(view) {
  const host = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  const find = () => {
    const headers = [];
    for (let i = 0; i < view.data.length; i++) {
      if (host.isHeader?.(view.data.get(i), i)) headers.push(i);
    }
    view.list?.setHeaders(new Uint32Array(headers));
  };
  find();
  if (first(host)) {
    view.splicers.add(find);
    view.renderer.binders.add(({ element, index }, item) => {
      element.toggleAttribute("data-sticky", Boolean(host.isHeader?.(item, index)));
      return false;
    });
    let push = 0;
    let stuck = -1;
    view.followers.add((frame) => {
      if (frame.push === push && frame.stuck === stuck) return;
      ({ push, stuck } = frame);
      for (const { element, index } of view.rows.list) {
        element.style.setProperty("--apus-push", index === stuck ? `${-push}px` : "0px");
      }
    });
  }
  view.rebind();
}
