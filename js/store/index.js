export { hasher } from "./hash.js";
export { Store } from "./store.js";

/** @typedef {import("./options.js").StoreOptions} StoreOptions */
