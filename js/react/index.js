export { Lazy } from "./lazy.js";
export { lazyRoute } from "./lazy-route.js";
export { List } from "./list.js";
export { Sampler } from "./sampler.js";
export { useCache } from "./use-cache.js";
export { useVirtualList } from "./use-virtual-list.js";
export { useVital } from "./use-vital.js";

/**
 * @template Item
 * @typedef {import("./list-props.js").ListProps<Item>} ListProps
 */
/**
 * @template Module
 * @typedef {import("./lazy.js").LazyProps<Module>} LazyProps
 */
/** @typedef {import("./sampler.js").SamplerProps} SamplerProps */
/**
 * @template Item
 * @typedef {import("./use-virtual-list.js").VirtualListOptions<Item>} VirtualListOptions
 */
/**
 * @template Value
 * @typedef {import("./use-cache.js").Cached<Value>} Cached
 */
