import { lazyImport } from "../lazy/lazy-import.js";

export { default as Lazy } from "./Lazy.svelte";
export { default as List } from "./List.svelte";
export { default as Sampler } from "./Sampler.svelte";
export { useCache } from "./use-cache.js";
export { useVirtualList } from "./use-virtual-list.js";
export { useVital } from "./use-vital.js";

/**
 * An import that survives a bad network, for routers that take one: `lazyRoute(() => import("./Settings.svelte"))`.
 * It is `lazyImport`; a server imports plainly.
 * @type {typeof lazyImport}
 */
export const lazyRoute = typeof window === "undefined" ? (load) => load : lazyImport;

/**
 * @template Item
 * @typedef {import("./types.js").ListProps<Item>} ListProps
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
