/** Parts that load when a list first uses one. The small ones load together. */
export { release } from "./release.js";
export { glide } from "./smooth.js";
export { sticky } from "./sticky.js";
