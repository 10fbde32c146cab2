import { once } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once(`
:host([masonry]) #rows{display:block}
:host([masonry]) ::slotted(:not([data-away])){
position:absolute!important;top:var(--apus-y,-9999px)!important;box-sizing:border-box!important;
inset-inline:calc(var(--apus-lane,0)*(100% + var(--apus-gap))/var(--apus-lanes)) auto!important;
width:calc((100% + var(--apus-gap))/var(--apus-lanes) - var(--apus-gap))!important}
`);

/**
 * Masonry: places each row in the lane that the engine chose. Document order
 * stays reading order.
 * @param {ListView} view
 */
export function masonry(view) {
  if (!first(view.host)) return;
  /** @type {WeakMap<HTMLElement, { lane: number, y: number }>} */
  const places = new WeakMap();
  view.followers.add(() => {
    const { list, rows, start } = view;
    if (!list?.masonry || start < 0 || start >= list.size) return;
    const from = list.offsetOf(start);
    for (const { element, index } of rows.list) {
      const lane = list.laneOf(index);
      if (lane < 0) continue; // far away and not placed yet
      const y = list.offsetOf(index) - from;
      const place = places.get(element);
      if (place && place.lane === lane && place.y === y) continue;
      places.set(element, { lane, y });
      element.style.setProperty("--apus-lane", String(lane));
      element.style.setProperty("--apus-y", `${y}px`);
    }
  });
}
