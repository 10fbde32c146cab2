// The URL of each WebAssembly module: next to this file, which the build copies to dist/. Spelled
// out, so that bundlers find and copy the files. `?no-inline` is for Vite, which turns files below 4 KB
// into data: URLs, and policies refuse those for modules and workers.
export const urls = {
  bytes: () => found(new URL("./apus-bytes.wasm", import.meta.url)),
  cache: () => found(new URL("./apus-cache.wasm", import.meta.url)),
  image: () => found(new URL("./apus-image.wasm?no-inline", import.meta.url)),
  lazy: () => found(new URL("./apus-lazy.wasm", import.meta.url)),
  list: () => found(new URL("./apus-list.wasm", import.meta.url)),
  sampler: () => found(new URL("./apus-sampler.wasm", import.meta.url)),
  store: () => found(new URL("./apus-store.wasm", import.meta.url)),
  sync: () => found(new URL("./apus-sync.wasm", import.meta.url)),
};

// The store's worker, complete in one file.
export const packWorker = () => found(new URL("./pack-worker.js?no-inline", import.meta.url));

/**
 * Vite 5 to 7 serve a package's scripts from node_modules/.vite/deps (Nuxt: .cache/vite/client/deps), without
 * the files beside them. Other URLs stay as they are: Turbopack's are relative.
 */
export const found = (url) => {
  const moved = url.href.replace(/(\/node_modules\/)\..*\/deps\w*(\/[^/]+)$/, "$1apus/dist$2");
  return moved === url.href ? url : new URL(moved);
};
