// The benchmark in Chromium: chromium.js bundles this file.
import * as qsharp from "qsharp-lang";
import { algorithms, gates, longRun, sampling } from "./measure.js";
import { apus, qsharpSparse } from "./peers.js";

/** @param {import("./measure.js").Size} size */
globalThis.benchQuantum = async (size) => {
  const room = await import("/apus/quantum.js");
  const wasm = await (await fetch("/bench/qsharp.wasm")).arrayBuffer();
  const peers = { apus: apus(room), "qsharp-lang": await qsharpSparse(qsharp, wasm) };
  return {
    times: await gates(peers, size.rounds),
    sample: await sampling(room),
    metrics: await algorithms(room, size),
  };
};

globalThis.longRun = async () => longRun(await import("/apus/quantum.js"));
