import { sheet } from "../base.js";

/** @typedef {import("./body.js").ListBody} ListBody */

const style = sheet(`
:host([masonry]) #rows{display:block}
:host([masonry]) ::slotted(:not([data-away])){
position:absolute!important;top:var(--apus-y,-9999px)!important;box-sizing:border-box!important;
inset-inline:calc(var(--apus-lane,0)*(100% + var(--apus-gap))/var(--apus-lanes)) auto!important;
width:calc((100% + var(--apus-gap))/var(--apus-lanes) - var(--apus-gap))!important}
`);

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/**
 * Masonry: every row lies in the lane that the engine gave it, in the order of
 * the document, which is the order of reading.
 * @param {ListBody} body
 */
export function masonry(body) {
  const root = body.host.shadowRoot;
  if (!root || known.has(body)) return;
  known.add(body);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, style()];
  /** @type {WeakMap<HTMLElement, { lane: number, y: number }>} */
  const places = new WeakMap();
  body.followers.add(() => {
    const { list, rows, start } = body;
    if (!list?.masonry || start < 0 || start >= list.size) return;
    const from = list.offsetOf(start);
    for (const { element, index } of rows.list) {
      const lane = list.laneOf(index);
      if (lane < 0) continue; // not placed yet: it is far away
      const y = list.offsetOf(index) - from;
      const place = places.get(element);
      if (place && place.lane === lane && place.y === y) continue;
      places.set(element, { lane, y });
      element.style.setProperty("--apus-lane", String(lane));
      element.style.setProperty("--apus-y", `${y}px`);
    }
  });
}
