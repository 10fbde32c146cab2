import { solversWasm, solverWorker } from "../../../dist/quantum-solver-urls.js";
import { ApusError } from "../../core/errors.js";
import { instantiate } from "../../core/instantiate.js";
import { trusted } from "../../core/trusted.js";
import { compileWasm } from "../../core/wasm.js";
import { tasks } from "./tasks.js";

/** @typedef {import("./tasks.js").Tasks} Tasks */
/** @typedef {import("./tasks.js").Progress} Progress */
/** @typedef {{ signal?: AbortSignal, onProgress?: (progress: Progress) => void }} Watch */
/** @template {keyof Tasks} Name @typedef {Parameters<Tasks[Name]>[1]} Input */
/** @template {keyof Tasks} Name @typedef {ReturnType<Tasks[Name]> extends Generator<any, infer Result, any> ? Result : never} Output */

const IDLE = 30_000; // ms until a worker without a task ends
const SLICE = 8; // ms on this thread between turns

/** @type {Promise<WebAssembly.Module> | undefined} */ let compiled;
/** On this thread. @type {Promise<import("./memory.js").Solvers> | undefined} */ let running;
/** A worker that waits for a task. @type {Worker | undefined} */ let spare;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let ending;
/** Whether workers cannot start here: a policy, or a page without the file. */ let refused = false;

/**
 * Runs a task in a worker. Where there is none, it runs here in slices of some milliseconds.
 * @template {keyof Tasks} Name
 * @param {Name} name @param {Input<Name>} input cloned
 * @param {Watch} [watch] `onProgress` is called a few times a second at most
 * @returns {Promise<Output<Name>>} rejects with the signal's reason when it aborts
 * @throws {ApusError} `OUT_OF_MEMORY`, `WASM_UNAVAILABLE`
 */
export async function runTask(name, input, { signal, onProgress } = {}) {
  signal?.throwIfAborted();
  const module = await load();
  signal?.throwIfAborted();
  const worker = refused ? undefined : (spare ?? start(module));
  if (worker) {
    spare = undefined;
    clearTimeout(ending);
    try {
      return await inWorker(worker, { name, input }, { signal, onProgress });
    } catch (error) {
      if (error !== worker) throw error;
      refused = true; // it did not start
    }
  }
  running ??= instantiate(module);
  const steps = /** @type {any} */ (tasks)[name](await running, input);
  return here(steps, { signal, onProgress });
}

/** @returns {Promise<WebAssembly.Module>} compiled once a page; after a failure the next call tries again */
function load() {
  compiled ??= compileWasm({}, solversWasm).catch((error) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

/** @param {WebAssembly.Module} module @returns {Worker | undefined} */
function start(module) {
  if (typeof Worker === "undefined") return undefined;
  try {
    const worker = new Worker(trusted(solverWorker().href), { type: "module" });
    worker.postMessage(module);
    return worker;
  } catch {
    refused = true;
    return undefined;
  }
}

/**
 * @param {Worker} worker @param {object} task @param {Watch} watch
 * @returns {Promise<any>} rejects with the worker itself if that fails
 */
function inWorker(worker, task, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const end = () => {
      signal?.removeEventListener("abort", abort);
      worker.onmessage = worker.onerror = null;
    };
    const abort = () => {
      end();
      worker.terminate();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort);
    worker.onerror = (event) => {
      event.preventDefault();
      end();
      worker.terminate();
      reject(worker);
    };
    worker.onmessage = ({ data }) => {
      if (data.progress) {
        onProgress?.(data.progress);
        return;
      }
      end();
      keep(worker);
      if (data.failed) reject(revived(data.failed));
      else resolve(data.result);
    };
    worker.postMessage(task);
  });
}

/** Keeps one worker for the next task. @param {Worker} worker */
function keep(worker) {
  if (spare) {
    worker.terminate();
    return;
  }
  spare = worker;
  ending = setTimeout(() => {
    worker.terminate();
    if (spare === worker) spare = undefined;
  }, IDLE);
}

/** @param {{ code?: string, message: string }} failed */
const revived = ({ code, message }) => (code ? new ApusError(code, message) : new Error(message));

/**
 * @template Result
 * @param {Generator<Progress, Result, void>} steps @param {Watch} watch
 * @returns {Promise<Result>}
 */
async function here(steps, { signal, onProgress }) {
  for (;;) {
    const until = performance.now() + SLICE;
    let step = steps.next();
    while (!step.done && performance.now() < until) step = steps.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) {
      steps.return(/** @type {any} */ (undefined)); // frees its memory
      throw signal.reason;
    }
  }
}
