/**
 * Quantum circuits, simulated on this device by their state vector: an optional module, loaded only
 * by pages that import it. It is no quantum computer and claims no speed-up over classical methods.
 */

export { classifier } from "./algorithms/classifier.js";
export { grover } from "./algorithms/grover.js";
export { phaseEstimation, qft } from "./algorithms/phase-estimation.js";
export { qaoa } from "./algorithms/qaoa.js";
export { shor } from "./algorithms/shor.js";
export { vqe } from "./algorithms/vqe.js";
export { hardwareEfficient } from "./ansatz.js";
export { unitaryCoupledCluster } from "./chemistry/coupled-cluster.js";
export { h2, lih } from "./chemistry/molecules.js";
export { Circuit } from "./circuit.js";
export { PauliSum } from "./pauli-sum.js";
export { groundState, ising, maxCut, partition, qubo } from "./problems.js";
export { RunResult } from "./run-result.js";
export { Simulator } from "./simulator.js";
export { httpProvider } from "./solve/http-provider.js";
export { classical, simulated } from "./solve/providers.js";
export { solve } from "./solve/solve.js";

/** @typedef {import("./simulator.js").RunOptions} RunOptions */
/** @typedef {import("./simulator.js").Noise} Noise */
/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {import("./solve/solve.js").SolveOptions} SolveOptions */
/** @typedef {import("./solve/providers.js").Provider} Provider */
