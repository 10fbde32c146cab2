export { VirtualList } from "./virtual-list.js";

/** @typedef {import("./frame.js").Align} Align */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./intervals.js").Range} Range */
/** @typedef {import("./options.js").ListOptions} ListOptions */
/** @typedef {import("./pages.js").SourceFindOptions} SourceFindOptions */
/** @typedef {import("./search.js").FindOptions} FindOptions */
/**
 * @template [Item=unknown]
 * @typedef {import("./pages.js").Source<Item>} Source
 */
