import { found } from "./wasm.js";

// As urls.js, for the quantum room alone: other pages do not download these lines.
export const quantumWasm = () => found(new URL("./apus-quantum.wasm", import.meta.url));

// Complete in one file. `?no-inline` is for Vite, as in urls.js.
export const quantumWorker = () => found(new URL("./quantum-worker.js?no-inline", import.meta.url));
