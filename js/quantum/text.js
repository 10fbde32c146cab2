import { Engine } from "#quantum-engine";
import { integerIn, string } from "../core/check.js";
import { pack } from "./pack.js";

/** @typedef {import("./builder.js").Builder} Circuit */

const IDLE = 30_000; // ms that the engine stays for the next text

/** All texts share one. @type {Engine | undefined} */ let engine;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let idle;
let pending = 0;

/** @param {"readQasm" | "writeQasm"} name @param {object} args @returns {Promise<any>} */
async function call(name, args) {
  engine ??= new Engine();
  clearTimeout(idle);
  pending++;
  try {
    return await engine.call(name, args);
  } finally {
    pending--;
    if (pending === 0) idle = setTimeout(stop, IDLE);
    /** @type {any} */ (idle)?.unref?.(); // Node may end
  }
}

function stop() {
  engine?.close();
  engine = undefined;
}

/**
 * @param {string} text
 * @returns {Promise<{ qubits: number, bits: number, records: Float64Array }>}
 */
export async function readQasm(text) {
  string(text, "Circuit.fromQasm: text");
  return call("readQasm", { text });
}

/** @param {Circuit} circuit @param {2 | 3} version @returns {Promise<string>} */
export async function writeQasm(circuit, version) {
  integerIn(2, 3)(version, "Circuit.toQasm: version");
  return call("writeQasm", { circuit: pack(circuit), version });
}
