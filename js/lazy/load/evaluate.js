import { Failure } from "../net/failure.js";
import { loadChunk } from "../net/load-chunk.js";

/** The messages of V8 and SpiderMonkey, and of JavaScriptCore. */
const unfetched = /dynamically imported module|module script failed/i;

/**
 * `import()` of a URL whose text has arrived. Sorts errors: a network failure is
 * retryable, an error of the module is not.
 *
 * @param {string} url @param {import("../net/environment.js").Environment} env
 * @param {string} [place] another URL that stands for it
 * @returns {Promise<any>} the module's namespace
 * @throws {Failure} see there for the codes
 */
export async function evaluate(url, env, place = url) {
  try {
    return await env.load(place);
  } catch (/** @type {any} */ cause) {
    const message = `${url}: ${cause?.message ?? cause}`;
    if (cause instanceof TypeError && unfetched.test(cause.message)) {
      throw new Failure("NETWORK", message, { cause });
    }
    const load = () => import("./diagnose.js");
    const part = await loadChunk(import.meta.url, load, { budget: 5000 }).catch(() => undefined);
    throw new Failure(part?.codeOf(cause) ?? "EVALUATION_ERROR", message, { cause });
  }
}
