/** Long animation frames, summed by the script that made them long. */

const scriptsKept = 100;
const framesKept = 50;

/**
 * @typedef {object} ScriptSum
 * @property {string} script its URL, or the invoker if it has none
 * @property {string} function
 * @property {number} count
 * @property {number} time ms in the script, summed
 * @property {number} layout ms of forced style and layout
 */

/** @typedef {{ start: number, duration: number, blocking: number, script: string }} LongFrame */

/** @typedef {{ byScript: ScriptSum[], frames: LongFrame[] }} LongFrameReport scripts by time, frames by age */

export class LongFrames {
  /** @type {Map<string, ScriptSum>} */
  #scripts = new Map();
  /** @type {LongFrame[]} */
  #frames = [];

  /** @param {any} entry */
  take({ startTime, duration, blockingDuration, scripts = [] }) {
    let longest = { duration: 0, name: "" };
    for (const script of scripts) {
      const name = script.sourceURL || script.invoker;
      if (script.duration > longest.duration) longest = { duration: script.duration, name };
      this.#add(name, script);
    }
    this.#frames.push({
      start: startTime,
      duration,
      blocking: blockingDuration,
      script: longest.name,
    });
    if (this.#frames.length > framesKept) this.#frames.shift();
  }

  /** @param {string} name @param {any} script */
  #add(name, { sourceFunctionName = "", duration, forcedStyleAndLayoutDuration = 0 }) {
    const key = JSON.stringify([name, sourceFunctionName]);
    let sum = this.#scripts.get(key);
    if (!sum) {
      if (this.#scripts.size >= scriptsKept) return;
      sum = { script: name, function: sourceFunctionName, count: 0, time: 0, layout: 0 };
      this.#scripts.set(key, sum);
    }
    sum.count++;
    sum.time += duration;
    sum.layout += forcedStyleAndLayoutDuration;
  }

  /** @returns {LongFrameReport} */
  report() {
    return {
      byScript: [...this.#scripts.values()].sort((a, b) => b.time - a.time),
      frames: this.#frames,
    };
  }
}
