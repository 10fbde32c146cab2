// Circuits and algorithms, next to other simulators in JavaScript and WebAssembly.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../../tools/run.js";
import { inChromium, qsharpWasm } from "./bench/chromium.js";
import { engine } from "./bench/engine.js";
import { algorithms, gates, sampling } from "./bench/measure.js";
import { apus, qsharpSparse, quantumCircuit } from "./bench/peers.js";

/**
 * @param {{ quick?: boolean, node?: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick = false, node = false }, report) {
  const size = quick ? { rounds: 1, graphs: 8 } : { rounds: 3, graphs: 100 };
  const { times, sample, longest, metrics } = node ? await inNode(size) : await inChromium(size);
  const rows = Object.entries(times);
  if (!quick) {
    // It takes 6 minutes at 20 qubits.
    const { apus, peer } = await slowPeer();
    rows.push(["apus, 16 qubits", apus], ["quantum-circuit, 16 qubits", peer]);
  }
  report.table("gates", {
    caption: "A random circuit of 20 qubits and depth 20, best of the rounds",
    columns: ["", "ms"],
    rows,
  });
  report.claim({
    what: "quantum: a circuit of 20 qubits and depth 20, ms",
    apus: times.apus,
    peer: times["qsharp-lang"],
    name: "qsharp-lang",
  });
  report.table("algorithms", {
    caption: `Algorithms, simulated; QAOA on ${size.graphs} random 3-regular graphs of 16 vertices, 3 layers`,
    columns: ["", ""],
    rows: [
      ["VQE of H2: error, hartree", metrics.vqe_h2_error_hartree],
      ["QAOA: weight of the best measured cut over the largest", metrics.qaoa_maxcut_ratio],
      ["QAOA: expected weight over the largest", metrics.qaoa_maxcut_expected_ratio],
      ["Grover, one of 2^20: probability of success", metrics.grover_20q_success],
      ["Shor: share of 15, 21, 35 factored", metrics.shor_15_21_35],
      ["100,000 shots of 20 qubits, ms", sample],
      ["longest task of the page during 24 qubits, ms", longest],
    ],
  });
  const { metrics: core } = await engine({ quick });
  report.table("engine", {
    caption: "The engine alone, ratios",
    columns: ["", ""],
    rows: [
      ["bytes a second of gates in WebAssembly, over a copy's", core.bandwidth_share],
      ["gates a second, fused over unfused", core.fusion_speedup],
      ["native time over WebAssembly's", core.native_vs_wasm],
      ["libquantum's time over the native one", core.libquantum_vs_native],
    ],
  });
  return {
    gates_20q_vs_best_js_peer: times.apus / times["qsharp-lang"],
    sample_100k_shots_20q_ms: sample,
    ...(longest === undefined ? {} : { main_thread_longest_task_ms: longest }),
    ...metrics,
    ...core,
    bytes_gz: await bytes("apus-quantum.wasm", "quantum-glue.js"),
    solver_bytes_gz: await bytes("apus-solvers.wasm"),
  };
}

/** @param {import("./bench/measure.js").Size} size */
async function inNode(size) {
  const room = await import("../../js/quantum/index.js");
  const wasm = await readFile(qsharpWasm);
  const qsharp = await qsharpSparse(await import("qsharp-lang"), wasm);
  return {
    times: await gates({ apus: apus(room), "qsharp-lang": qsharp }, size.rounds),
    sample: await sampling(room),
    longest: undefined, // there is no page
    metrics: await algorithms(room, size),
  };
}

async function slowPeer() {
  const room = await import("../../js/quantum/index.js");
  const module = createRequire(import.meta.url)("quantum-circuit");
  const peers = { apus: apus(room), peer: quantumCircuit(module.default ?? module) };
  const { apus: own, peer } = await gates(peers, 1, 16);
  return { apus: own, peer };
}

/** @param {...string} files */
async function bytes(...files) {
  let sum = 0;
  for (const file of files) {
    sum += gzipSync(await readFile(join(root, "dist", file)), { level: 9 }).length;
  }
  return sum;
}
