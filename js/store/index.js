export { hasher } from "./hash.js";
export { Store } from "./store.js";
