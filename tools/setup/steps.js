import { performance } from "node:perf_hooks";

/**
 * @callback Step runs one piece of work and tells about it
 * @param {string} what what is being done, as the user reads it
 * @param {() => any} work
 * @returns {Promise<any>} what the work returned
 */

/**
 * One line when a step begins and one when it ended, with the time it took.
 *
 * @param {(line: string) => void} log
 * @returns {Step}
 */
export function makeStep(log) {
  return async (what, work) => {
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
}

/** Steps told on the console. */
export const step = makeStep((line) => console.log(line));
