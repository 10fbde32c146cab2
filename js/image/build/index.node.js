// Node only.
/** The variants of images for pages without a bundler. The plugins are apus/image/vite and apus/image/esbuild. */
export { writeVariants } from "./variants.node.js";
