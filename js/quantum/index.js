/**
 * Quantum circuits, simulated on this device by their state vector: an optional module, loaded only
 * by pages that import it. It is no quantum computer and claims no speed-up over classical methods.
 */
export { Circuit } from "./circuit.js";
export { PauliSum } from "./pauli-sum.js";
export { RunResult } from "./run-result.js";
export { Simulator } from "./simulator.js";
