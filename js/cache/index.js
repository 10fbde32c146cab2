export { Cache } from "./cache.js";
export { cacheable, invalidates } from "./decorators.js";

/**
 * @template [Value=unknown]
 * @typedef {import("./options.js").CacheOptions<Value>} CacheOptions
 */
/** @typedef {import("./options.js").EntryOptions} EntryOptions */
/** @typedef {import("./options.js").FetchOptions} FetchOptions */
/** @typedef {import("./options.js").PersistOptions} PersistOptions */
/** @typedef {import("./options.js").PolicyName} PolicyName */
/** @typedef {import("./remote/options.js").RemoteOptions} RemoteOptions */
/**
 * @template [Value=unknown]
 * @typedef {import("./events.js").CacheEvents<Value>} CacheEvents
 */
