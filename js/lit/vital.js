import { oneOf } from "../core/check.js";

const check = oneOf(["LCP", "INP", "CLS", "FCP", "TTFB"]);

/** @typedef {import("../sampler/index.js").Sampler} Sampler */

/** A Web Vital of the page view. The host updates whenever it changes. */
export class VitalController {
  #host;
  #sampler;
  #name;
  /** @type {Sampler | undefined} */
  #of;
  /** @type {(() => void) | undefined} */
  #off;
  /** The vital; undefined until it is measured. @type {import("../sampler/sources/vitals.js").Vital | undefined} */
  value;

  /**
   * @param {import("lit").ReactiveControllerHost} host
   * @param {Sampler | (() => Sampler | undefined)} sampler a function is asked at each update of the host
   * @param {import("../sampler/sources/vitals.js").VitalName} name
   * @throws {TypeError} for another name
   */
  constructor(host, sampler, name) {
    check(name, "VitalController: name");
    this.#host = host;
    this.#sampler = typeof sampler === "function" ? sampler : () => sampler;
    this.#name = name;
    host.addController(this);
  }

  hostConnected() {
    this.#look();
  }

  hostUpdate() {
    this.#look();
  }

  hostDisconnected() {
    this.#off?.();
    this.#of = this.#off = undefined;
  }

  #look() {
    const sampler = this.#sampler();
    if (sampler === this.#of) return;
    this.#off?.();
    this.#of = sampler;
    this.#off = sampler?.on("vital", ({ detail }) => {
      if (detail.name !== this.#name || detail.registration !== 0) return;
      this.value = detail;
      this.#host.requestUpdate();
    });
  }
}
