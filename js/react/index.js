export { Lazy } from "./lazy.js";
export { lazyRoute } from "./lazy-route.js";
export { List } from "./list.js";
export { Sampler } from "./sampler.js";
export { useCache } from "./use-cache.js";
export { useVirtualList } from "./use-virtual-list.js";
export { useVital } from "./use-vital.js";
