import { make } from "../base.js";
import { durationText, shortUrl } from "./format.js";
import { setText } from "./table.js";

/**
 * The latest resources as bars over time.
 * @param {HTMLElement} list @param {import("../../sampler/report.js").Report["resources"]["waterfall"]} resources
 * @param {import("../texts.js").Texts["say"]} say
 */
export function drawWaterfall(list, resources, say) {
  const start = Math.min(...resources.map((each) => each.start));
  const end = Math.max(...resources.map((each) => each.start + each.duration));
  const share = (/** @type {number} */ ms) => `${(100 * ms) / (end - start || 1)}%`;
  const axis = /** @type {HTMLElement} */ (list.firstElementChild);
  axis.hidden = !resources.length;
  [start, end].forEach((ms, at) => {
    const label = axis.querySelectorAll("span")[at];
    if (resources.length) setText(label, durationText(ms));
  });
  resources.forEach((resource, at) => {
    const row = list.children[at + 1] ?? list.appendChild(waterfallRow());
    const [url, lane, ms] = /** @type {HTMLCollectionOf<HTMLElement>} */ (row.children);
    const { style } = /** @type {HTMLElement} */ (lane.firstElementChild);
    /** @type {HTMLElement} */ (url.firstElementChild).textContent = shortUrl(resource.url);
    url.title = resource.url;
    style.insetInlineStart = `min(${share(resource.start - start)}, 100% - 2px)`;
    style.width = share(resource.duration);
    const time = durationText(resource.duration);
    setText(ms, resource.cached ? say("{time}, cached", { time }) : time);
  });
  while (list.children.length > resources.length + 1) list.lastElementChild?.remove();
}

function waterfallRow() {
  return make(
    "li",
    {},
    make("span", { class: "url" }, make("bdi")),
    make("div", { class: "lane" }, make("div", { class: "fill" })),
    make("span", { class: "ms" }),
  );
}
