export { Cache } from "./cache.js";
export { cacheable, invalidates } from "./decorators.js";
