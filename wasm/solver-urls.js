import { found } from "./wasm.js";

// As urls.js, for the algorithms of quantum alone: other pages do not download these lines.
export const solversWasm = () => found(new URL("./apus-solvers.wasm", import.meta.url));

// Complete in one file. `?no-inline` is for Vite, as in urls.js.
export const solverWorker = () =>
  found(new URL("./quantum-solver-worker.js?no-inline", import.meta.url));
