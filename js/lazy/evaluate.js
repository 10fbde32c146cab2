import { diagnose } from "./diagnose.js";

/**
 * `import()` of a URL whose text has arrived, with errors told apart: what
 * the network did may be tried again, what the module did may not.
 *
 * @param {string} url @param {import("./environment.js").Environment} env
 * @returns {Promise<any>} the module's namespace
 * @throws {import("./failure.js").Failure} see diagnose.js
 */
export async function evaluate(url, env) {
  try {
    return await env.load(url);
  } catch (error) {
    throw diagnose(url, error);
  }
}
