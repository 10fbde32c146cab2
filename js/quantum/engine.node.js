import { ApusError } from "../core/errors.js";
import { Host } from "./host.js";
import { loadModule } from "./load.js";

const SLICE = 8; // ms until other work of the thread gets its turn

/** engine.js without a worker. */
export class Engine {
  /** @type {Promise<Host> | undefined} */
  #host;
  #closed = false;

  /**
   * @param {string} name @param {object} args @param {import("./engine.js").CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(name, args, { signal, onProgress } = {}) {
    signal?.throwIfAborted();
    if (this.#closed) throw closed();
    this.#host ??= loadModule().then((module) => Host.start(module, SLICE));
    const host = await this.#host;
    const isAborted = () => this.#closed || (signal?.aborted ?? false);
    try {
      return await host.call(name, args, {
        isAborted,
        onProgress: (progress) => onProgress?.(progress),
      });
    } catch (error) {
      if (this.#closed) throw closed();
      signal?.throwIfAborted();
      throw error;
    }
  }

  close() {
    this.#closed = true;
    this.#host = undefined;
  }
}

const closed = () => new ApusError("CLOSED", "the Simulator is closed");
