// A simulator of quantum circuits at work: an editor, and three algorithms.
import "/apus/define/quantum.js";
import { grover, h2, lih, maxCut, qaoa, unitaryCoupledCluster, vqe } from "/apus/quantum.js";
import { countries, edges, map } from "./countries.js";
import { examples } from "./examples.js";

const PAUSE = 400; // ms without a key until the text runs

/** @template {Element} T @param {string} selector @returns {T} */
const get = (selector) => /** @type {T} */ (document.querySelector(selector));

/** @typedef {import("../../js/elements/quantum/apus-quantum.js").ApusQuantum} ApusQuantum */

// ---- the editor ----
const editor = /** @type {HTMLTextAreaElement} */ (get("#editor"));
const choice = /** @type {HTMLSelectElement} */ (get("#examples"));
const circuit = /** @type {ApusQuantum} */ (get("#circuit"));
/** @type {ReturnType<typeof setTimeout> | undefined} */ let pause;

const run = () => {
  circuit.qasm = editor.value;
};
choice.append(...Object.keys(examples).map((name) => new Option(name)));
choice.addEventListener("change", () => {
  editor.value = examples[choice.value];
  run();
});
editor.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(run, PAUSE);
});
// The element shows what is wrong with the text; the console need not.
circuit.addEventListener("error", (event) => event.preventDefault());
editor.value = examples["Bell pair"];
run();

/**
 * Runs one thing at a time behind a button.
 * @param {HTMLButtonElement} button @param {() => Promise<void>} work @param {(text: string) => void} say
 */
async function busy(button, work, say) {
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  try {
    await work();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  } finally {
    button.ariaDisabled = null;
  }
}

// ---- the map ----
const figure = get("#map");
const caption = document.createElement("figcaption");
caption.className = "note";
figure.replaceChildren(map(), caption);
const cut = /** @type {HTMLButtonElement} */ (get("#cut"));
const cutRun = /** @type {ApusQuantum} */ (get("#cut-run"));
const sayCut = (/** @type {string} */ text) => {
  caption.textContent = text;
};
cut.addEventListener("click", () => {
  busy(
    cut,
    async () => {
      sayCut("Working…");
      const answer = await qaoa(maxCut(edges, countries.length), { shots: 1024 });
      figure.replaceChildren(map(answer.bits), caption);
      const best =
        answer.optimum === answer.value ? "the optimum" : `the optimum is ${answer.optimum}`;
      sayCut(`${answer.value} of ${edges.length} borders lie between the colours: ${best}.`);
      cutRun.hidden = false;
      cutRun.result = { ...answer, shots: 1024 };
    },
    sayCut,
  );
});

// ---- the search ----
const search = /** @type {HTMLFormElement} */ (get("#search"));
const found = get("#found");
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
search.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (search.querySelector("button"));
  const secret = Number(/** @type {HTMLInputElement} */ (get("#secret")).value);
  const say = (/** @type {string} */ text) => {
    found.textContent = text;
  };
  busy(
    button,
    async () => {
      say("Searching…");
      const answer = await grover((index) => index === secret, 20, { solutions: 1 });
      say(
        `Measured ${number.format(answer.index)} with probability ${answer.probability.toFixed(6)} after ` +
          `${number.format(answer.queries)} queries of the oracle. Trying numbers in random order takes ` +
          `${number.format(answer.classical)} on average. Simulated on this device.`,
      );
    },
    say,
  );
});

// ---- the molecules ----
const molecule = /** @type {ApusQuantum} */ (get("#molecule"));
const energy = get("#energy");
for (const button of document.querySelectorAll("[data-molecule]")) {
  const it = /** @type {HTMLButtonElement} */ (button);
  const say = (/** @type {string} */ text) => {
    energy.textContent = text;
  };
  it.addEventListener("click", () => {
    busy(
      it,
      async () => {
        say("Working…");
        const { hamiltonian, qubits, electrons } =
          it.dataset.molecule === "h2" ? h2() : await lih();
        const ansatz = unitaryCoupledCluster(qubits, electrons);
        const answer = await vqe(hamiltonian, ansatz, { gradient: "adjoint" });
        const error = Math.abs(answer.error ?? 0);
        say(
          `${it.textContent}: ${answer.energy.toFixed(6)} hartree, exactly ${answer.exact?.toFixed(6)}. ` +
            `The error is ${error.toExponential(1)} hartree, ${error <= 1.6e-3 ? "within" : "beyond"} chemical accuracy.`,
        );
        molecule.hidden = false;
        molecule.result = answer;
      },
      say,
    );
  });
}
