import { unwatch, watchForLeak } from "#leaks";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";

/**
 * Owns one engine of the C++ core and frees it.
 * @template {{ delete(): void }} Engine
 */
export class Owner {
  /** @type {Engine | undefined} */
  #engine;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
    watchForLeak(this, new.target.name);
  }

  /** @protected @throws {ApusError} `CLOSED` after dispose() */
  get engine() {
    if (!this.#engine) throw new ApusError("CLOSED", `${this.constructor.name}: disposed`);
    return this.#engine;
  }

  /** Frees its memory; more calls do nothing. */
  dispose() {
    this.#engine?.delete();
    this.#engine = undefined;
    unwatch(this);
  }

  [dispose]() {
    this.dispose();
  }
}
