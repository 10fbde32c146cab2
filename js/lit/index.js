export { CacheController } from "./cache.js";
export { lazyRoute } from "./lazy-route.js";
export { rows } from "./rows.js";
export { VirtualListController } from "./virtual-list.js";
export { VitalController } from "./vital.js";

/**
 * @template Value
 * @typedef {import("./cache.js").CacheTemplates<Value>} CacheTemplates
 */
/** @typedef {import("./lazy-route.js").LazyTemplates} LazyTemplates */
/**
 * @template Item
 * @typedef {import("./rows.js").RowsOptions<Item>} RowsOptions
 */
/**
 * @template Item
 * @typedef {import("./rows.js").RowTemplate<Item>} RowTemplate
 */
/** @typedef {import("./virtual-list.js").VirtualListControllerOptions} VirtualListControllerOptions */
