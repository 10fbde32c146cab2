export const wasmUrl = new URL("./apus.wasm", import.meta.url);
