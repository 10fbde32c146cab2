// The engine alone: the same C++ natively (SSE) and as WebAssembly in Node, in turns; and libquantum
// (Debian's libquantum-dev) where it is installed.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { buildPreset } from "../../../tools/build.js";
import { must, root } from "../../../tools/run.js";

/** How each program is started, by preset. @type {Record<string, string[]>} */
const programs = {
  native: [join(root, "build/native/apus_quantum_bench")],
  wasm: ["node", join(root, "build/wasm/apus_quantum_bench.cjs")],
};

/** Measures of which less is better; of all others, more. */
const times = /_ms$/;

/**
 * @param {string} output lines "name value"
 * @returns {Record<string, number>}
 */
function parse(output) {
  const lines = output.trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [name, value] = line.split(" ");
      return [name, Number(value)];
    }),
  );
}

/**
 * @returns {Promise<number | undefined>} libquantum's ms for the circuit of 16 qubits; undefined if it
 *   is not installed
 */
async function libquantum() {
  try {
    await buildPreset("native", ["apus_libquantum_bench"]);
  } catch {
    return undefined;
  }
  const [bench] = programs.native;
  const file = join(root, "build/native/circuit.txt");
  await writeFile(file, await must(bench, ["circuit"]));
  return Number(await must(join(root, "build/native/apus_libquantum_bench"), [file]));
}

/**
 * Builds the programs, runs them in turns and takes each one's best.
 *
 * @param {{ quick?: boolean }} options
 * @returns {Promise<{ native: Record<string, number>, wasm: Record<string, number>,
 *   metrics: { bandwidth_share: number, fusion_speedup: number, native_vs_wasm: number,
 *   libquantum_vs_native?: number } }>} GB/s, gates/s and ms by name; the metrics are ratios:
 *   bytes that unfused gates move in WebAssembly over those of a copy, fused over unfused gates a
 *   second there, native over WebAssembly's time for a circuit of 20 qubits, and libquantum's time
 *   for one of 16 qubits over the native one
 */
export async function engine({ quick = false }) {
  for (const preset of Object.keys(programs)) await buildPreset(preset, ["apus_quantum_bench"]);
  /** @type {Record<string, Record<string, number>>} */
  const best = { native: {}, wasm: {} };
  for (let round = 0; round < (quick ? 2 : 6); round++) {
    for (const [preset, [command, ...args]] of Object.entries(programs)) {
      const output = await must(command, [...args, quick ? "1" : "3"]);
      for (const [name, value] of Object.entries(parse(output))) {
        const before = best[preset][name] ?? value;
        best[preset][name] = times.test(name) ? Math.min(before, value) : Math.max(before, value);
      }
    }
  }
  const { native, wasm } = best;
  const peer = await libquantum();
  return {
    native,
    wasm,
    metrics: {
      bandwidth_share: wasm.single_gates_gb_per_s / wasm.copy_gb_per_s,
      fusion_speedup: wasm.fused_gates_per_s / wasm.unfused_gates_per_s,
      native_vs_wasm: native.circuit_20q_ms / wasm.circuit_20q_ms,
      ...(peer && { libquantum_vs_native: peer / native.circuit_16q_ms }),
    },
  };
}
