/**
 * Everything that is read from the page's entries: values for the histograms, exemplars,
 * resources, long frames, errors and the lifecycle. It loads together with the WebAssembly;
 * until then, entries wait in the timeline.
 */
import { Errors } from "./errors.js";
import { Exemplars } from "./exemplars.js";
import { LongFrames } from "./long-frames.js";
import { readers } from "./readers.js";
import { Resources } from "./resources.js";

const lifecycleKept = 50;

/** @typedef {import("../observers.js").PageEvent} PageEvent */

/**
 * @typedef {object} LifecycleState
 * @property {string} state `hidden`, `visible`, `freeze`, `resume`, `shown`, `restored` (bfcache) or `activated` (prerendering)
 * @property {number} at ms since the time origin
 */

export class Details {
  #histograms;
  #types;
  #rates;
  #random;
  exemplars;
  resources = new Resources();
  longFrames = new LongFrames();
  errors = new Errors();
  /** @type {LifecycleState[]} */
  lifecycle = [];

  /**
   * @param {import("../histograms.js").Histograms} histograms
   * @param {{ types: readonly string[], rates: Partial<Record<string, number>>, exemplars: number, random: () => number }} options
   */
  constructor(histograms, { types, rates, exemplars, random }) {
    this.#histograms = histograms;
    this.#types = new Set(types);
    this.#rates = rates;
    this.#random = random;
    this.exemplars = new Exemplars(exemplars, random);
  }

  /** @param {readonly import("../observers.js").Entry[]} entries */
  take(entries) {
    for (const entry of entries) {
      const type = entry.entryType;
      if (!this.#types.has(type)) continue;
      const rate = this.#rates[type];
      if (rate !== undefined && this.#random() >= rate) continue;
      if (type === "error") this.#error(/** @type {PageEvent} */ (entry));
      else if (type === "lifecycle") this.#lifecycleChange(/** @type {PageEvent} */ (entry));
      else {
        if (type === "resource") this.resources.take(entry);
        else if (type === "long-animation-frame") this.longFrames.take(entry);
        this.#at = entry.startTime;
        readers[type]?.(entry, type === "navigation" ? this.#countOnce : this.#count);
      }
    }
  }

  #at = 0;

  /** @type {import("./readers.js").Count} */
  #count = (name, value, tags, describe, own) => {
    const { id } = this.#histograms.series(name, tags, own, own ? "ms" : undefined);
    this.#histograms.record(id, value);
    if (describe) this.exemplars.offer(id, value, this.#at, describe);
  };

  /** @type {Set<string>} */
  #counted = new Set();

  /** The browser reports a navigation when it begins and again when it ends. @type {import("./readers.js").Count} */
  #countOnce = (name, value) => {
    if (!this.#counted.has(name)) this.#count(name, value);
    this.#counted.add(name);
  };

  /** @param {PageEvent} entry */
  #error(entry) {
    const kind = this.errors.take(entry);
    this.#count("errors", 1, { kind });
  }

  /** @param {PageEvent} entry */
  #lifecycleChange({ name, startTime, event, visibility }) {
    const state =
      name === "visibilitychange"
        ? visibility
        : name === "prerenderingchange"
          ? "activated"
          : name === "pageshow"
            ? /** @type {PageTransitionEvent} */ (event).persisted
              ? "restored"
              : "shown"
            : name;
    this.lifecycle.push({ state, at: startTime });
    if (this.lifecycle.length > lifecycleKept) this.lifecycle.shift();
    this.#count("lifecycle", 1, { state });
  }
}
