import { sheet } from "../base.js";

/** @typedef {import("./body.js").ListBody} ListBody */

const style = sheet("::slotted([data-sticky]){position:sticky;top:var(--apus-push,0px);z-index:1}");

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/**
 * Sticky headers: the header of the rows at the edge stays mounted and stands
 * there; the next one pushes it out. The browser moves them, so they do not
 * flicker.
 * @param {ListBody} body
 */
export function sticky(body) {
  const root = body.host.shadowRoot;
  if (!root) return;
  const host = /** @type {import("./apus-list.js").ApusList} */ (body.host);
  const find = () => {
    const headers = [];
    for (let i = 0; i < body.data.length; i++) {
      if (host.isHeader?.(body.data.get(i), i)) headers.push(i);
    }
    body.list?.setHeaders(new Uint32Array(headers));
  };
  find();
  if (!known.has(body)) {
    known.add(body);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, style()];
    body.splicers.add(find);
    body.binders.add(({ element, index }, item) => {
      element.toggleAttribute("data-sticky", Boolean(host.isHeader?.(item, index)));
      return false;
    });
    let push = 0;
    let stuck = -1;
    body.followers.add((frame) => {
      if (frame.push === push && frame.stuck === stuck) return;
      ({ push, stuck } = frame);
      for (const { element, index } of body.rows.list) {
        element.style.setProperty("--apus-push", index === stuck ? `${-push}px` : "0px");
      }
    });
  }
  body.rebind();
}
