import { draw } from "../../quantum/drawing.js";
import { adopt, make, reflect } from "../base.js";
import { texts } from "../texts.js";
import { built, energies, outcomes, spheres } from "./figures.js";
import { style } from "./style.js";

/** @typedef {import("../texts.js").Texts} Texts */

/** @typedef {import("./run.js").Shown} Shown */

const ROWS = 16; // outcomes in the table
const MOST_DRAWN = 2000; // operations of a drawing

/** @param {Shown} shown @param {Texts} texts */
function providerText({ provider, algorithm }, { say }) {
  const here = { simulator: "Simulated on this device", classical: "Classical, on this device" };
  const known = /** @type {Record<string, string>} */ (here)[provider];
  const where = known ? say(known) : say("Solved by {provider}", { provider });
  return algorithm ? `${where}, ${algorithm}` : where;
}

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(7)));

/** The tiles: names and values. @param {Shown} shown @param {Texts} t @returns {[string, string][]} */
function tilesOf({ circuit, depth, time, fidelity, energy, value, optimum, exact, bits }, t) {
  const best = optimum ?? exact;
  /** @type {[string, string | undefined][]} */
  const tiles = [
    ["Qubits", circuit && t.number(circuit.qubits)],
    ["Depth", depth === undefined ? undefined : t.number(depth)],
    ["Time", time === undefined ? undefined : `${t.number(time, time < 10 ? 1 : 0)} ms`],
    ["Fidelity", fidelity === undefined ? undefined : t.number(fidelity, 6)],
    ["Value", value === undefined ? undefined : short(value)],
    ["Energy", energy === undefined || energy === value ? undefined : short(energy)],
    ["Optimum", best === undefined ? undefined : short(best)],
    ["Answer", bits && bits.length <= 24 ? bits.toReversed().join("") : undefined],
  ];
  return tiles.flatMap(([name, value]) => (value === undefined ? [] : [[t.say(name), value]]));
}

/** What `<apus-quantum>` shows. */
export class QuantumPanel {
  #status = make("p", { class: "status", part: "status", role: "status" });
  #progress = /** @type {HTMLProgressElement} */ (make("progress", { hidden: true, max: 1 }));
  #button = /** @type {HTMLButtonElement} */ (
    make("button", { type: "button", part: "run", hidden: true })
  );
  #content = make("div", {});
  #texts;
  #panel;

  /** @param {ShadowRoot} root @param {() => void} pressed the button */
  constructor(root, pressed) {
    adopt(root, style);
    this.#texts = texts(/** @type {HTMLElement} */ (root.host));
    reflect(this.#progress, "aria-label", this.#texts.say("Progress"));
    const side = make("div", { class: "side" }, this.#progress, " ", this.#button);
    const header = make("header", {}, this.#status, side);
    this.#panel = make("section", { class: "panel", part: "panel" }, header, this.#content);
    root.replaceChildren(this.#panel);
    this.#button.addEventListener("click", pressed);
  }

  /** @param {string} label for assistive technology; empty for the default */
  name(label) {
    reflect(this.#panel, "aria-label", label || this.#texts.say("Quantum circuit"));
  }

  /** @param {boolean} running */
  running(running) {
    this.#progress.hidden = !running;
    this.#progress.removeAttribute("value");
    this.#button.hidden = false;
    this.#button.textContent = this.#texts.say(running ? "Stop" : "Run again");
    reflect(this.#panel, "aria-busy", running ? "true" : null);
    if (running) this.#say(this.#texts.say("Running…"));
  }

  /** Without anything to run. */
  empty() {
    this.#say(this.#texts.say("No circuit"));
    this.#button.hidden = true;
    this.#content.replaceChildren();
  }

  /** @param {number} value 0 to 1 */
  progress(value) {
    this.#progress.value = value;
  }

  /** @param {unknown} error */
  failed(error) {
    this.#say(error instanceof Error ? error.message : String(error), true);
  }

  /** A run that was stopped. */
  stopped() {
    this.#say(this.#texts.say("Stopped"));
  }

  /** @param {Shown} shown @param {boolean} again whether the button can run it again */
  show(shown, again) {
    const { circuit, counts, shots, history, bloch } = shown;
    this.#say(providerText(shown, this.#texts));
    this.#button.hidden = !again;
    const parts = [];
    if (circuit) parts.push(drawing(circuit, this.#texts));
    const tiles = tilesOf(shown, this.#texts).map(([name, value]) =>
      make("div", { part: "tile" }, make("dt", {}, name), make("dd", { part: "value" }, value)),
    );
    parts.push(make("dl", {}, ...tiles));
    const left = counts?.length ? [outcomes(counts, shots || 1, ROWS, this.#texts)] : [];
    const right = [];
    if (history && history.length > 1) right.push(energies(history, shown.exact, this.#texts));
    if (bloch?.length) right.push(spheres(bloch, this.#texts));
    const sides = [left, right].filter((side) => side.length);
    parts.push(
      make(
        "div",
        { class: sides.length > 1 ? "both" : "one" },
        ...sides.map((side) => make("div", {}, ...side)),
      ),
    );
    this.#content.replaceChildren(...parts);
  }

  /** @param {string} text */
  #say(text, error = false) {
    this.#status.textContent = text;
    this.#status.classList.toggle("error", error);
  }
}

/** Scrolls, so it can have the focus. @param {import("../../quantum/circuit.js").Circuit} circuit @param {Texts} texts */
function drawing(circuit, { say }) {
  if (circuit.operations.length > MOST_DRAWN) {
    const n = circuit.operations.length;
    const text = say("The circuit has {n} operations, too many to draw.", { n });
    return make("p", { class: "note" }, text);
  }
  const figure = make("div", {
    class: "circuit",
    part: "circuit",
    tabindex: 0,
    role: "group",
    "aria-label": say("Circuit"),
  });
  figure.append(built(draw(circuit, { title: titleOf(circuit, say) })));
  return figure;
}

/** For those who do not see the drawing. @param {import("../../quantum/circuit.js").Circuit} circuit @param {Texts["say"]} say */
function titleOf({ qubits, depth, counts }, say) {
  const gates = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return say(
    [
      "Circuit of {n} qubit, depth {depth}: {gates}",
      "Circuit of {n} qubits, depth {depth}: {gates}",
    ],
    { n: qubits, depth, gates: gates.join(", ") || say("no gates") },
  );
}
