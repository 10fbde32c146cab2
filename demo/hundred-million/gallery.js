import { landscape } from "./landscape.js";

const pictures = 1_000_000;
const text = new Intl.NumberFormat("en");

/**
 * A million landscapes in masonry. Each loads late, as from a network; its height
 * is unknown before.
 * @param {import("../../js/elements/list/apus-list.js").ApusList<number>} list
 */
export function gallery(list) {
  /** Ratios of pictures that have loaded before. @type {Map<number, number>} */
  const known = new Map();
  list.renderItem = (number, _, row) => {
    const picture = document.createElement("img");
    picture.alt = `Landscape ${text.format(number)}`;
    row.className = "picture";
    row.replaceChildren(picture);
    const ratio = known.get(number);
    if (ratio) picture.style.setProperty("aspect-ratio", String(ratio));
    const show = () => {
      if (!picture.isConnected) return; // scrolled past
      const { url, ratio } = landscape(number);
      picture.src = url;
      known.set(number, ratio);
    };
    setTimeout(show, ratio ? 0 : 100 + ((number * 193) % 500));
  };
  list.source = {
    length: pictures,
    getRange: (start, end) => Array.from({ length: end - start }, (_, at) => start + at + 1),
  };
}
