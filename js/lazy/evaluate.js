import { Failure } from "./failure.js";

/** What Chromium, Firefox and WebKit say when a module cannot be fetched. */
const unfetched = /dynamically imported module|module script failed/i;

/**
 * `import()` of a URL whose text has arrived, with errors told apart: what
 * the network did may be tried again, what the module did may not.
 *
 * @param {string} url @param {import("./environment.js").Environment} env
 * @returns {Promise<any>} the module's namespace
 * @throws {Failure} see diagnose.js
 */
export async function evaluate(url, env) {
  try {
    return await env.load(url);
  } catch (/** @type {any} */ error) {
    if (error instanceof TypeError && unfetched.test(error.message)) {
      const message = `${url}: ${error.message}`;
      throw new Failure("NETWORK", message, { cause: error });
    }
    throw (await import("./diagnose.js")).diagnose(url, error);
  }
}
