import { Circuit } from "../../quantum/circuit.js";
import { emit, fail, reflecting, upgradeProperties } from "../base.js";
import { QuantumPanel } from "./panel.js";
import { runCircuit } from "./run.js";

/** @typedef {import("./run.js").Shown} Shown */
/** @typedef {import("../../quantum/problems.js").Problem | import("../../quantum/problems.js").GroundStateProblem} Problem */

const Reflecting = reflecting({ label: "", shots: 1024, seed: "", precision: "single" });

/**
 * Runs a circuit, OpenQASM or a problem and shows what came out: the circuit, the outcomes, the energy
 * by iteration, Bloch vectors up to 5 qubits, time, depth, and who computed it. OpenQASM may also be
 * the element's text.
 *
 * @element apus-quantum
 * @attr {string} label names the panel for assistive technology; default "Quantum circuit"
 * @attr {number} shots outcomes to record; 1024
 * @attr {string} seed of the random numbers, an integer; default a random one
 * @attr {"single" | "double"} precision of the simulator; single
 * @fires {CustomEvent} result - it has run; `detail.result` is what is shown
 * @fires {CustomEvent} error - it could not run; `detail.error`
 * @csspart panel - the whole panel
 * @csspart status - who computed the result, or the error
 * @csspart run - the button that runs again, or stops
 * @csspart circuit - the drawing
 * @csspart tile - one number with its name
 * @csspart value - the number
 * @csspart outcomes - the table of outcomes
 * @csspart bar - a bar in it
 * @csspart energy - the energy by iteration
 * @csspart bloch - the Bloch vectors
 * @cssprop --apus-quantum-color - text and lines
 * @cssprop --apus-quantum-background
 * @cssprop --apus-quantum-border
 * @cssprop --apus-quantum-gate - the boxes of gates
 * @cssprop --apus-quantum-edge - their borders, and bars
 * @cssprop --apus-quantum-measure - the boxes of measurements
 * @cssprop --apus-quantum-bad - the text of an error
 */
export class ApusQuantum extends Reflecting {
  /** @type {string | undefined} */
  #qasm;
  /** @type {Circuit | undefined} */
  #circuit;
  /** @type {Problem | undefined} */
  #problem;
  /** @type {readonly import("../../quantum/solve/providers.js").Provider[]} */
  #providers = [];
  /** @type {import("../../quantum/simulator.js").Noise | undefined} */
  #noise;
  /** @type {Shown | undefined} */
  #result;
  /** @type {AbortController | undefined} */
  #task;
  /** @type {QuantumPanel | undefined} */
  #panel;
  #planned = false;

  /** OpenQASM 2 or 3 to run. Setting it, `circuit` or `problem` replaces the others. @returns {string} */
  get qasm() {
    return this.#qasm ?? "";
  }
  set qasm(qasm) {
    this.#input({ qasm });
  }

  /** The circuit to run; that of `qasm` once it is read. @returns {Circuit | undefined} */
  get circuit() {
    return this.#circuit;
  }
  set circuit(circuit) {
    this.#input({ circuit });
  }

  /** A problem to solve, from `maxCut` and the like. @returns {Problem | undefined} */
  get problem() {
    return this.#problem;
  }
  set problem(problem) {
    this.#input({ problem });
  }

  /** Asked in order before this device, as in `solve`. @returns {readonly import("../../quantum/solve/providers.js").Provider[]} */
  get providers() {
    return this.#providers;
  }
  set providers(providers) {
    this.#providers = providers;
    if (this.#problem) this.#again();
  }

  /** Errors of a simulated device. @returns {import("../../quantum/simulator.js").Noise | undefined} */
  get noise() {
    return this.#noise;
  }
  set noise(noise) {
    this.#noise = noise;
    this.#again();
  }

  /** What is shown. Setting it shows an algorithm's answer, such as that of `vqe`. @returns {Shown | undefined} */
  get result() {
    return this.#result;
  }
  set result(result) {
    this.#input({});
    this.#result = result && shownOf(result);
    if (this.#result) this.#panel?.show(this.#result, false);
  }

  connectedCallback() {
    this.#panel ??= new QuantumPanel(this.attachShadow({ mode: "open" }), () => this.#pressed());
    this.#panel.name(this.label);
    upgradeProperties(this);
    if (this.#result) this.#panel.show(this.#result, this.#runnable);
    else this.#soon();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) this.stop();
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (!this.#panel || before === after) return;
    if (name === "label") this.#panel.name(this.label);
    else this.#again();
  }

  /** Ends a run. */
  stop() {
    this.#task?.abort();
  }

  /**
   * Runs what the element has. The button calls it.
   * @returns {Promise<void>} when its result or its error is shown
   */
  async run() {
    this.stop();
    const panel = this.#panel;
    if (!panel) return;
    const text = this.#text;
    if (!this.#runnable) return panel.empty();
    const task = new AbortController();
    this.#task = task;
    panel.running(true);
    try {
      const result = await this.#compute(text, task.signal);
      if (task.signal.aborted) return;
      this.#result = result;
      panel.show(result, true);
      emit(this, "result", { result });
    } catch (error) {
      if (this.#task !== task) return; // another run shows its own
      if (task.signal.aborted) return panel.stopped();
      panel.failed(error);
      fail(this, { error });
    } finally {
      if (this.#task === task) {
        this.#task = undefined;
        panel.running(false);
      }
    }
  }

  /** @param {string | undefined} text @param {AbortSignal} signal @returns {Promise<Shown>} */
  async #compute(text, signal) {
    const seed = this.seed === "" ? undefined : Number(this.seed);
    const onProgress = (/** @type {unknown} */ value) => {
      if (typeof value === "number" && !signal.aborted) this.#panel?.progress(value);
    };
    if (this.#problem) {
      const { solve } = await import("../../quantum/solve/solve.js");
      const options = { providers: this.#providers, shots: this.shots, seed, signal };
      return shownOf(await solve(this.#problem, options));
    }
    const circuit = this.#circuit ?? (await Circuit.fromQasm(text ?? ""));
    signal.throwIfAborted();
    this.#circuit = circuit;
    const precision = this.precision === "double" ? "double" : "single";
    const options = { shots: this.shots, seed, precision, noise: this.#noise, signal, onProgress };
    return runCircuit(circuit, /** @type {any} */ (options));
  }

  /** @param {{ qasm?: string, circuit?: Circuit, problem?: Problem }} input */
  #input({ qasm, circuit, problem }) {
    this.#qasm = qasm;
    this.#circuit = circuit;
    this.#problem = problem;
    this.#result = undefined;
    this.#soon();
  }

  #pressed() {
    if (this.#task) this.stop();
    else this.run();
  }

  /** With other settings; a result that the page has set stays. */
  #again() {
    if (this.#runnable) this.#result = undefined;
    this.#soon();
  }

  get #runnable() {
    return Boolean(this.#circuit || this.#problem || this.#text);
  }

  get #text() {
    return this.#qasm ?? this.textContent?.trim();
  }

  /** What changes in a task counts once. */
  #soon() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.isConnected && !this.#result) this.run();
    });
  }
}

/** @param {any} answer of an algorithm or of `solve` @returns {Shown} */
function shownOf(answer) {
  const { outcomes, counts = outcomes, exact, bits, shots } = answer;
  const list = counts && [...counts];
  return {
    ...answer,
    counts: list,
    shots:
      shots ??
      list?.reduce(
        (/** @type {number} */ sum, /** @type {[string, number]} */ [, count]) => sum + count,
        0,
      ),
    exact: typeof exact === "number" ? exact : undefined, // `solve` says whether the answer is
    bits: bits && [...bits],
  };
}
