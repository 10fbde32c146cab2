export { createCached } from "./cached.js";
export { Lazy, lazyRoute } from "./lazy.js";
export { List } from "./list.js";
export { createVital, Sampler } from "./sampler.js";
export { createVirtualList } from "./virtual-list.js";

/**
 * @template Item
 * @typedef {import("./types.js").ListProps<Item>} ListProps
 */
/**
 * @template Module
 * @typedef {import("./types.js").LazyProps<Module>} LazyProps
 */
/** @typedef {import("./types.js").SamplerProps} SamplerProps */
/** @typedef {import("./types.js").VirtualListOptions} VirtualListOptions */
/** @typedef {import("./types.js").VirtualListHandle} VirtualListHandle */
/** @typedef {import("./types.js").VirtualListRow} VirtualListRow */
