export const wasmUrl = new URL("./apus-store.wasm", import.meta.url);
