// The URL of each WebAssembly module: next to this file, which the build copies to dist/. Spelled
// out, so that bundlers find and copy the files.
export const urls = {
  bytes: () => new URL("./apus-bytes.wasm", import.meta.url),
  cache: () => new URL("./apus-cache.wasm", import.meta.url),
  image: () => new URL("./apus-image.wasm", import.meta.url),
  lazy: () => new URL("./apus-lazy.wasm", import.meta.url),
  list: () => new URL("./apus-list.wasm", import.meta.url),
  sampler: () => new URL("./apus-sampler.wasm", import.meta.url),
  store: () => new URL("./apus-store.wasm", import.meta.url),
  sync: () => new URL("./apus-sync.wasm", import.meta.url),
};

// The store's worker, complete in one file. `?no-inline` is for Vite, which would turn so small a
// file into a data: URL, and policies refuse that for workers.
export const packWorker = () => new URL("./pack-worker.js?no-inline", import.meta.url);
