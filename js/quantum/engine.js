import { quantumWorker } from "../../dist/quantum-urls.js";
import { ApusError } from "../core/errors.js";
import { trusted } from "../core/trusted.js";
import { loadModule } from "./load.js";

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal]
 * @property {(progress: number) => void} [onProgress] 0 to 1
 */

/** @typedef {{ resolve: (value: any) => void, reject: (reason: unknown) => void, onProgress?: (progress: number) => void }} Waiting */

/** The host of one facade, in a worker that starts at the first call. In Node, engine.node.js takes its place. */
export class Engine {
  /** @type {Promise<Worker> | undefined} */
  #worker;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #calls = 0;
  #closed = false;

  /**
   * @param {string} name @param {object} args are copied
   * @param {CallOptions} [options]
   * @returns {Promise<any>} rejects with the signal's reason as soon as it aborts
   * @throws {ApusError} `CLOSED`, `WASM_UNAVAILABLE`, `WORKER_FAILED`, and the call's own
   */
  async call(name, args, { signal, onProgress } = {}) {
    signal?.throwIfAborted();
    if (this.#closed) throw closed();
    this.#worker ??= this.#start().catch((error) => {
      this.#worker = undefined;
      throw error;
    });
    const worker = await this.#worker;
    if (this.#closed) throw closed();
    signal?.throwIfAborted();
    const id = ++this.#calls;
    /** @type {(() => void) | undefined} */
    let abort;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onProgress });
        abort = () => {
          worker.postMessage({ id, abort: true });
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", abort);
        worker.postMessage({ id, name, args });
      });
    } finally {
      if (abort) signal?.removeEventListener("abort", abort);
      this.#waiting.delete(id);
    }
  }

  /** Ends the worker and frees all memory; calls that wait reject with `CLOSED`. */
  close() {
    this.#closed = true;
    this.#worker?.then((worker) => worker.terminate()).catch(() => {});
    this.#reject(closed());
  }

  async #start() {
    const module = await loadModule();
    let worker;
    try {
      worker = new Worker(trusted(quantumWorker().href), { type: "module" });
    } catch (error) {
      throw failed(error);
    }
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      this.#reject(failed(event.message));
    };
    worker.onmessage = ({ data: { id, progress, value, error } }) => {
      const call = this.#waiting.get(id);
      if (!call) return;
      if (progress !== undefined) call.onProgress?.(progress);
      else if (error) call.reject(revived(error));
      else call.resolve(value);
    };
    worker.postMessage(module);
    return worker;
  }

  /** @param {ApusError} error */
  #reject(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}

const closed = () => new ApusError("CLOSED", "the Simulator is closed");

/** @param {unknown} cause */
const failed = (cause) =>
  new ApusError("WORKER_FAILED", `the quantum worker could not run: ${cause || "not loaded"}`, {
    cause,
  });

/** An error as it was thrown in the worker. @param {{ name: string, code?: string, message: string, cause?: unknown }} error */
function revived({ name, code, message, cause }) {
  if (code) return new ApusError(code, message, { cause });
  return name === "RangeError" ? new RangeError(message) : new Error(message);
}
