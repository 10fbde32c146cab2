export { VirtualList } from "./virtual-list.js";

/** @typedef {import("./frame.js").Align} Align */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./options.js").ListOptions} ListOptions */
/**
 * @template [Item=unknown]
 * @typedef {import("./pages.js").Source<Item>} Source
 */
