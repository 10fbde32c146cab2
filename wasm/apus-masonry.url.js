export const wasmUrl = new URL("./apus-masonry.wasm", import.meta.url);
