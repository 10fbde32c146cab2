import { VirtualList } from "../../list/virtual-list.js";
import { define } from "../base.js";
import { ApusList } from "./apus-list.js";
import { shaping } from "./attributes.js";
import { viewOf } from "./selectable.js";

/** @param {HTMLElement} element */
const load = (element) =>
  Promise.allSettled([
    VirtualList.create().then((list) => list.dispose()),
    import("./scroller.js"),
    import("./parts.js"),
    element.matches(shaping) && import("./shapes.js"),
  ]);

/**
 * Puts a list in the place of rows that a server has rendered, without a frame that has none: the
 * list's code loads before it is defined, and it shows those rows as its `empty` slot until it has
 * items. Never rejects: the list itself reports what fails.
 * @param {HTMLElement} element not defined yet; later it drops the server's rows, as it does those of a clone
 * @param {() => void} prepare called before it is defined: sets all but the items
 * @param {() => void} fill called when it can render at once: sets the items
 */
export async function takeOver(element, prepare, fill) {
  await load(element);
  const rows = [...element.querySelectorAll(":scope>[slot=row]")];
  for (const row of rows) row.slot = "empty";
  prepare(); // a list that is defined without a renderItem looks for a template first
  let failed = false;
  element.addEventListener("error", (event) => {
    failed ||= /** @type {any} */ (event).detail.index === -1;
  });
  define("apus-list", ApusList);
  const view = viewOf(element);
  while (!failed && (view.paused || !view.scroller)) await new Promise(requestAnimationFrame);
  fill();
  view.fill(); // in this frame
  for (const row of rows) row.remove();
}
