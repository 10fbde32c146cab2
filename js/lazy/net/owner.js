import { unwatch, watchForLeak } from "#leaks";
import { dispose } from "../../core/dispose.js";
import { ApusError } from "../../core/errors.js";
import { granted } from "../../core/memory.js";

/** Owns one engine of the C++ core and frees it. */
export class Owner {
  /** @protected @readonly */
  core;
  #address;

  /** @param {import("../../core/wasm.js").Wasm<"lazy">} core @param {number} address of the engine */
  constructor(core, address) {
    this.core = core;
    this.#address = granted(address);
    watchForLeak(this, new.target.name);
  }

  /** The engine's address. @protected @throws {ApusError} `CLOSED` after dispose() */
  get engine() {
    if (!this.#address) throw new ApusError("CLOSED", `${this.constructor.name}: disposed`);
    return this.#address;
  }

  /** Frees its memory; more calls do nothing. */
  dispose() {
    if (this.#address) this.free(this.#address);
    this.#address = 0;
    unwatch(this);
  }

  /** @protected @param {number} address */
  free(address) {
    this.core.apus_lazy_free(address);
  }

  [dispose]() {
    this.dispose();
  }
}
