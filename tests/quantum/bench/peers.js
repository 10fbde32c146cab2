// The random circuit of the benchmark for each library, at its best settings.

/**
 * Layers of H, RZ or CX on random qubits, as many gates as there are qubits.
 * @typedef {{ gate: "h" | "rz" | "cx", qubits: number[], angle?: number }} Gate
 */

/** @param {number} qubits @param {number} depth @returns {Gate[]} the same for the same arguments */
export function randomCircuit(qubits, depth) {
  let state = 1;
  const random = (/** @type {number} */ end) => {
    state = Math.imul(state, 1664525) + 1013904223;
    return Math.floor(((state >>> 0) / 2 ** 32) * end);
  };
  /** @type {Gate[]} */ const gates = [];
  for (let q = 0; q < qubits; q++) gates.push({ gate: "h", qubits: [q] });
  for (let layer = 1; layer < depth; layer++) {
    for (let q = 0; q < qubits; q++) {
      const kind = random(3);
      if (kind === 0) gates.push({ gate: "h", qubits: [q] });
      else if (kind === 1) gates.push({ gate: "rz", qubits: [q], angle: random(1000) / 200 });
      else gates.push({ gate: "cx", qubits: [q, (q + 1 + random(qubits - 1)) % qubits] });
    }
  }
  return gates;
}

/** @typedef {(qubits: number, gates: readonly Gate[]) => Promise<() => Promise<number>>} Prepare runs the circuit and returns the probability that qubit 0 is 1 */

/** @param {typeof import("../../../js/quantum/index.js")} room @returns {Prepare} */
export const apus = ({ Circuit, Simulator }) => {
  const simulator = new Simulator();
  return async (qubits, gates) => {
    const circuit = new Circuit(qubits);
    for (const { gate, qubits: on, angle = 0 } of gates) {
      if (gate === "h") circuit.h(on[0]);
      else if (gate === "rz") circuit.rz(angle, on[0]);
      else circuit.cx(on[0], on[1]);
    }
    return async () => {
      await simulator.run(circuit, { shots: 0 });
      return (1 - (await simulator.bloch(0)).z) / 2;
    };
  };
};

/** @param {any} QuantumCircuit @returns {Prepare} state alone: no measurements, no reports */
export const quantumCircuit = (QuantumCircuit) => async (qubits, gates) => {
  const circuit = new QuantumCircuit(qubits);
  for (const { gate, qubits: on, angle } of gates) {
    const options = angle === undefined ? undefined : { params: { phi: angle } };
    circuit.appendGate(gate, on, options);
  }
  return async () => {
    circuit.run();
    return circuit.probability(0);
  };
};

/**
 * @param {any} qsharp the package @param {ArrayBuffer} wasm its module
 * @returns {Promise<Prepare>} its sparse simulator
 */
export const qsharpSparse = async (qsharp, wasm) => {
  await qsharp.loadWasmModule(wasm);
  const compiler = await qsharp.getCompiler();
  return async (qubits, gates) => {
    const lines = gates.map(({ gate, qubits: [a, b], angle }) => {
      if (gate === "h") return `H(q[${a}]);`;
      return gate === "rz" ? `Rz(${angle?.toFixed(6)}, q[${a}]);` : `CNOT(q[${a}], q[${b}]);`;
    });
    const code = `operation Main() : Result { use q = Qubit[${qubits}]; ${lines.join("\n")} let r = M(q[0]); ResetAll(q); r }`;
    const program = { sources: [["main.qs", code]], languageFeatures: [], profile: "unrestricted" };
    return async () => {
      let value = Number.NaN;
      const events = new qsharp.QscEventTarget(true);
      await compiler.run(program, "", 1, events);
      const [shot] = events.getResults();
      if (!shot?.success) throw new Error(`qsharp-lang: ${JSON.stringify(shot)}`);
      value = shot.result === "One" ? 1 : 0;
      return value;
    };
  };
};
