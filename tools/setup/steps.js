import { performance } from "node:perf_hooks";

/**
 * @typedef {object} Notes
 * @property {(text: string) => void} note prints a separate line
 *
 * @typedef {Notes & ((what: string, work: () => any) => Promise<any>)} Step does one piece of
 *     work, reports it with its duration, and returns the result of the work
 */

/**
 * Prints one line when a step begins and one when it ends.
 *
 * @param {(line: string) => void} log
 * @returns {Step}
 */
export function makeStep(log) {
  /** @type {(what: string, work: () => any) => Promise<any>} */
  const step = async (what, work) => {
    const start = performance.now();
    const took = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    log(`  ... ${what}`);
    try {
      const result = await work();
      log(`  ok  ${what} (${took()})`);
      return result;
    } catch (error) {
      log(`  NOT ${what} (after ${took()})`);
      throw error;
    }
  };
  const note = (/** @type {string} */ text) => log(`      ${text.replaceAll("\n", "\n      ")}`);
  return Object.assign(step, { note });
}

/** Steps that are reported on the console. */
export const step = makeStep((line) => console.log(line));
