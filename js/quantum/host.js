import start from "../../dist/quantum-glue.js";
import { calls } from "./calls.js";

/**
 * Runs the calls of one facade on its own instance of the module, one after the other: in a worker
 * (worker.js), or in Node on its thread (engine.node.js).
 */

/** @typedef {import("../../dist/quantum-glue.js").MainModule} Core */

/**
 * What a call gets besides its arguments.
 * @typedef {object} Context
 * @property {Core} core the module
 * @property {import("../../dist/quantum-glue.js").Simulator} simulator of this instance
 * @property {(progress: number) => Promise<void>} proceed lets others run; rejects when aborted
 * @property {number} slice ms that a call may take between two of them
 */

/** Thrown by `proceed`; the caller has the signal's reason already. */
class Aborted extends Error {}

export class Host {
  #core;
  #simulator;
  #slice;
  /** The last call. @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {Core} core @param {number} slice ms */
  constructor(core, slice) {
    this.#core = core;
    this.#simulator = new core.Simulator();
    this.#slice = slice;
  }

  /** @param {WebAssembly.Module} module @param {number} slice ms */
  static async start(module, slice) {
    const core = await start({
      instantiateWasm(
        /** @type {WebAssembly.Imports} */ imports,
        /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ done,
      ) {
        WebAssembly.instantiate(module, imports).then((instance) => done(instance, module));
        return {};
      },
    });
    return new Host(core, slice);
  }

  /**
   * @param {string} name of one of `calls` @param {any} args
   * @param {{ isAborted: () => boolean, onProgress: (progress: number) => void }} caller
   * @returns {Promise<any>}
   */
  call(name, args, { isAborted, onProgress }) {
    const proceed = async (/** @type {number} */ progress) => {
      onProgress(progress);
      await nextTask();
      if (isAborted()) throw new Aborted("aborted");
    };
    const context = {
      core: this.#core,
      simulator: this.#simulator,
      slice: this.#slice,
      proceed,
    };
    const result = this.#last.then(() => {
      if (isAborted()) throw new Aborted("aborted");
      return calls[name](args, context);
    });
    this.#last = result.catch(() => {});
    return result;
  }
}

/** After the messages that wait. A timer would wait 4 ms. */
function nextTask() {
  return new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
