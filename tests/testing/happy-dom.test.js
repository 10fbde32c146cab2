import { Window } from "happy-dom";
import { testFakes } from "./dom.js";

delete globalThis.WebAssembly; // as in its own realm
await testFakes(new Window({ url: "http://localhost/" }), /WebAssembly/);
