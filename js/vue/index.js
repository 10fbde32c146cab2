export { Lazy, lazyRoute } from "./lazy.js";
export { List } from "./list.js";
export { Sampler, useVital } from "./sampler.js";
export { useCache } from "./use-cache.js";
export { useVirtualList } from "./use-virtual-list.js";

/**
 * @template Item
 * @typedef {import("./types.js").ListProps<Item>} ListProps
 */
/**
 * @template Item
 * @typedef {import("./types.js").ListHandle<Item>} ListHandle
 */
/**
 * @template Module
 * @typedef {import("./types.js").LazyProps<Module>} LazyProps
 */
/** @typedef {import("./types.js").SamplerProps} SamplerProps */
/**
 * @template Value
 * @typedef {import("./types.js").CacheHandle<Value>} CacheHandle
 */
/** @typedef {import("./types.js").VirtualListOptions} VirtualListOptions */
/** @typedef {import("./types.js").VirtualListHandle} VirtualListHandle */
/** @typedef {import("./types.js").VirtualListRow} VirtualListRow */
