import { once } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/** Where no `max-height` applies any more, a list is at most as high as so many screens. */
const screens = 4;

/**
 * A list with a `max-height` but without a height is as high as its content, up to it. Its size
 * stays contained: the height is told as the size of a content that is not laid out.
 * @param {ListView} view
 */
export function grow(view) {
  const { host, data } = view;
  const root = host.shadowRoot;
  const content = root?.getElementById("content");
  if (!root || !content || !first(host)) return;
  const style = new CSSStyleSheet();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, style];
  let height = -1;
  let frame = 0;
  const set = (/** @type {number} */ px) => {
    if (px === height) return;
    height = px;
    style.replaceSync(`:host{contain-intrinsic-block-size:${px}px}`);
  };
  const apply = () => {
    frame = 0;
    if (data.length) {
      set(Math.min(Number.parseFloat(content.style.height) || 0, screens * screen.height));
    } else {
      set(0);
      set(host.scrollHeight - host.clientHeight); // of slot="empty"
    }
  };
  // In the next frame: while the rows' observer delivers, another height would make it loop.
  view.followers.add(() => {
    if (!frame) frame = requestAnimationFrame(apply);
  });
  apply();
}
