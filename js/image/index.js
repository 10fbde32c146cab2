/**
 * Images: placeholders from BlurHashes, and the lists of files behind a template. The element is
 * `<apus-image>`; `lazy(url, { as: "image" })` loads one image through the fetch gate.
 */
export { decodeBlurHash } from "./blur-hash.js";
export { imageSources } from "./sources.js";

/** @typedef {import("./sources.js").Variants} Variants */
