import { checkOptions } from "../../core/check.js";
import { circuitOf } from "../ansatz.js";
import { PauliSum } from "../pauli-sum.js";
import { draws } from "../run/memory.js";
import { runTask } from "../run/run.js";
import { common, compare, gradient, iterations, optimizer } from "./options.js";

const MAX_EXACT = 14; // qubits: seconds

/**
 * @typedef {object} VqeOptions
 * @property {"lbfgs" | "spsa"} [optimizer] default "lbfgs"; "spsa" needs two energies an iteration
 *   and no derivatives
 * @property {"shift" | "adjoint"} [gradient] derivatives by parameter shift, as a device measures
 *   them: two runs for each rotation (default), or by one run forth and back, which only a simulator
 *   can
 * @property {number} [iterations] at most; default 200, for SPSA 1000
 * @property {readonly number[]} [start] values of the parameters; default 0, or small random ones
 *   where all derivatives are 0 there
 * @property {boolean} [compare] whether the exact energy is computed too; default true
 */

/**
 * @typedef {object} VqeAnswer
 * @property {"vqe"} algorithm
 * @property {number} energy the lowest that was found, an upper bound of the lowest there is
 * @property {number[]} parameters theirs
 * @property {number} [exact] the lowest eigenvalue by Lanczos, up to 14 qubits
 * @property {number} [error] energy - exact
 * @property {number[]} history the energy after each iteration
 * @property {import("../circuit.js").Circuit} circuit that prepares the state
 */

/**
 * The variational quantum eigensolver (Peruzzo et al., Nat. Commun. 5, 4213, 2014), simulated: lowers
 * the energy of a state with parameters.
 *
 *     const { hamiltonian, qubits, electrons } = h2();
 *     const { energy, error } = await vqe(hamiltonian, unitaryCoupledCluster(qubits, electrons));
 *
 * @param {PauliSum} hamiltonian
 * @param {import("../ansatz.js").Ansatz} ansatz from `hardwareEfficient` or `unitaryCoupledCluster`
 * @param {VqeOptions & import("./options.js").Common} [options]
 * @returns {Promise<VqeAnswer & import("./options.js").Cost>}
 * @throws {TypeError | RangeError | import("../../core/errors.js").ApusError} `OUT_OF_MEMORY`,
 *   `WASM_UNAVAILABLE`. A run is O(2^qubits * (steps + terms))
 */
export async function vqe(hamiltonian, ansatz, options = {}) {
  if (!(hamiltonian instanceof PauliSum)) {
    throw new TypeError("vqe: hamiltonian must be a PauliSum");
  }
  if (!Array.isArray(ansatz?.steps)) {
    throw new TypeError("vqe: ansatz must come from hardwareEfficient or unitaryCoupledCluster");
  }
  const { qubits, parameters } = ansatz;
  if (hamiltonian.qubits > qubits) {
    throw new RangeError(
      `vqe: ansatz must have at least ${hamiltonian.qubits} qubits, as the hamiltonian, got ${qubits}`,
    );
  }
  const start = (/** @type {any} */ values, /** @type {string} */ name) => {
    if (values?.length === parameters && Array.from(values).every(Number.isFinite)) return;
    throw new RangeError(`${name} must be ${parameters} finite numbers, one for each parameter`);
  };
  checkOptions("vqe", options, { ...common, optimizer, gradient, iterations, compare, start });
  const { seed = 1, signal, optimizer: how = "lbfgs" } = options;
  const strings = hamiltonian.terms.map(
    ({ x, z, coefficient }) =>
      /** @type {import("../run/memory.js").PauliString} */ ([x, z, coefficient]),
  );
  const found = await runTask(
    "minimize",
    {
      ansatz,
      strings,
      starts: options.start ? [Float64Array.from(options.start)] : startsOf(ansatz, seed),
      optimizer: how,
      gradient: options.gradient ?? "shift",
      iterations: options.iterations ?? (how === "spsa" ? 1000 : 200),
      seed,
      shots: 0,
    },
    options,
  );
  const compared = options.compare !== false && qubits <= MAX_EXACT;
  const lowest = compared
    ? await runTask("lowest", { qubits, strings, seed }, { signal })
    : undefined;
  const circuit = circuitOf(ansatz, found.values, strings);
  return {
    algorithm: "vqe",
    provider: "simulator",
    energy: found.energy,
    parameters: [...found.values],
    exact: lowest?.energy,
    error: lowest && found.energy - lowest.energy,
    depth: circuit.depth,
    gates: circuit.counts,
    iterations: found.history.length,
    runs: found.runs,
    history: found.history,
    circuit,
  };
}

/**
 * The parameters of coupled cluster begin at Hartree-Fock. Those of other states begin at random, in
 * three places, since all derivatives may be 0 at 0.
 * @param {import("../ansatz.js").Ansatz} ansatz @param {number} seed
 */
function startsOf({ parameters, start }, seed) {
  if (start) return [new Float64Array(parameters)];
  const random = draws(seed);
  return Array.from({ length: 3 }, () =>
    Float64Array.from({ length: parameters }, () => (random() - 0.5) * Math.PI),
  );
}
