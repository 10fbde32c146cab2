import { loadWasm } from "../../../js/core/wasm.js";
import { Sampler } from "../../../js/sampler/index.js";
import { benchInsert } from "./insert.js";
import { benchSeries } from "./series.js";

/** @type {Promise<Sampler> | undefined} */
let starting;
let clock = 0;

/**
 * Makes that many entries in 20 minutes of the sampler's clock, so that all
 * its windows fill up.
 * @param {number} count
 */
async function soak(count) {
  starting ??= Sampler.start({
    types: ["measure"],
    vitals: false,
    memory: false,
    now: () => clock,
  });
  const sampler = await starting;
  for (let i = 0; i < count; i++) {
    clock += 1_200_000 / count;
    if (i % 2) sampler.track(`work ${i % 30}`, 1 + (i % 1000), { kind: i % 7 });
    else performance.measure(`measure ${i % 20}`, { start: 0, duration: i % 5000 });
    if (i % 500 === 499) {
      performance.clearMeasures();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  sampler.report();
}

let wasm = 0;
loadWasm("sampler").then((core) => {
  wasm = 1;
  Object.assign(globalThis, { wasmBytes: () => wasm && core.memory.size });
});
Object.assign(globalThis, { benchInsert, benchSeries, soak });
