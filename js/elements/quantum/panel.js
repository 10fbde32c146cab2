import { draw } from "../../quantum/drawing.js";
import { adopt, make, reflect } from "../base.js";
import { built, energies, outcomes, spheres } from "./figures.js";
import { style } from "./style.js";

/** @typedef {import("./run.js").Shown} Shown */

const ROWS = 16; // outcomes in the table
const MOST_DRAWN = 2000; // operations of a drawing

/** @param {Shown} shown */
function providerText({ provider, algorithm }) {
  const where =
    { simulator: "Simulated on this device", classical: "Classical, on this device" }[provider] ??
    `Solved by ${provider}`;
  return algorithm ? `${where}, ${algorithm}` : where;
}

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(7)));

/** The tiles: names and values. @param {Shown} shown @returns {[string, string][]} */
function tilesOf({ circuit, depth, time, fidelity, energy, value, optimum, exact, bits }) {
  const best = optimum ?? exact;
  /** @type {[string, string | undefined][]} */
  const tiles = [
    ["Qubits", circuit && String(circuit.qubits)],
    ["Depth", depth === undefined ? undefined : String(depth)],
    [
      "Time",
      time === undefined ? undefined : `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`,
    ],
    ["Fidelity", fidelity === undefined ? undefined : fidelity.toFixed(6)],
    ["Value", value === undefined ? undefined : short(value)],
    ["Energy", energy === undefined || energy === value ? undefined : short(energy)],
    ["Optimum", best === undefined ? undefined : short(best)],
    ["Answer", bits && bits.length <= 24 ? bits.toReversed().join("") : undefined],
  ];
  return tiles.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** What `<apus-quantum>` shows. */
export class QuantumPanel {
  #status = make("p", { class: "status", part: "status", role: "status" });
  #progress = /** @type {HTMLProgressElement} */ (
    make("progress", { "aria-label": "Progress", hidden: true, max: 1 })
  );
  #button = /** @type {HTMLButtonElement} */ (
    make("button", { type: "button", part: "run", hidden: true })
  );
  #content = make("div", {});
  #panel;

  /** @param {ShadowRoot} root @param {() => void} pressed the button */
  constructor(root, pressed) {
    adopt(root, style);
    const side = make("div", { class: "side" }, this.#progress, " ", this.#button);
    const header = make("header", {}, this.#status, side);
    this.#panel = make("section", { class: "panel", part: "panel" }, header, this.#content);
    root.replaceChildren(this.#panel);
    this.#button.addEventListener("click", pressed);
  }

  /** @param {string} label for assistive technology */
  name(label) {
    reflect(this.#panel, "aria-label", label);
  }

  /** @param {boolean} running */
  running(running) {
    this.#progress.hidden = !running;
    this.#progress.removeAttribute("value");
    this.#button.hidden = false;
    this.#button.textContent = running ? "Stop" : "Run again";
    reflect(this.#panel, "aria-busy", running ? "true" : null);
    if (running) this.#say("Running…");
  }

  /** Without anything to run. */
  empty() {
    this.#say("No circuit");
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
    this.#say("Stopped");
  }

  /** @param {Shown} shown @param {boolean} again whether the button can run it again */
  show(shown, again) {
    const { circuit, counts, shots, history, bloch } = shown;
    this.#say(providerText(shown));
    this.#button.hidden = !again;
    const parts = [];
    if (circuit) parts.push(drawing(circuit));
    const tiles = tilesOf(shown).map(([name, value]) =>
      make("div", { part: "tile" }, make("dt", {}, name), make("dd", { part: "value" }, value)),
    );
    parts.push(make("dl", {}, ...tiles));
    const left = counts?.length ? [outcomes(counts, shots || 1, ROWS)] : [];
    const right = [];
    if (history && history.length > 1) right.push(energies(history, shown.exact));
    if (bloch?.length) right.push(spheres(bloch));
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

/** Scrolls, so it can have the focus. @param {import("../../quantum/circuit.js").Circuit} circuit */
function drawing(circuit) {
  if (circuit.operations.length > MOST_DRAWN) {
    const text = `The circuit has ${circuit.operations.length} operations, too many to draw.`;
    return make("p", { class: "note" }, text);
  }
  const figure = make("div", {
    class: "circuit",
    part: "circuit",
    tabindex: 0,
    role: "group",
    "aria-label": "Circuit",
  });
  figure.append(built(draw(circuit)));
  return figure;
}
