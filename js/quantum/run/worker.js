// Runs tasks for the page (run.js); its first message is the compiled module.

import { ApusError } from "../../core/errors.js";
import { instantiate } from "../../core/instantiate.js";
import { tasks } from "./tasks.js";

const EVERY = 30; // ms between reports of progress

/** @type {Promise<import("./memory.js").Solvers>} */ let core;

/** @param {MessageEvent} message */
globalThis.onmessage = async ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    core = instantiate(data);
    return;
  }
  try {
    const steps = /** @type {any} */ (tasks)[data.name](await core, data.input);
    let step = steps.next();
    for (let reported = 0; !step.done; step = steps.next()) {
      const now = performance.now();
      if (now - reported < EVERY) continue;
      reported = now;
      postMessage({ progress: step.value });
    }
    postMessage({ result: step.value });
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    postMessage({ failed: { code: error instanceof ApusError ? error.code : undefined, message } });
  }
};
