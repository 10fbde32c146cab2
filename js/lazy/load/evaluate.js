import { Failure } from "../net/failure.js";

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
  } catch (error) {
    throw diagnose(url, error);
  }
}

/** The messages of V8, SpiderMonkey and JavaScriptCore, in this order. */
const messages = {
  unfetched: /dynamically imported module|module script failed/i,
  specifier: /resolve module specifier|bare specifier|resolve to a valid URL/i,
  missing: /requested module|import not found|binding name/i,
};

/**
 * Why an import failed although every module had arrived. Only `NETWORK` is worth
 * a retry: the module map keeps the other errors for ever.
 * @param {string} url @param {any} error
 * @returns {Failure} see there for the codes
 */
export function diagnose(url, error) {
  return new Failure(codeOf(error), `${url}: ${error?.message ?? error}`, { cause: error });
}

/** @param {any} error */
function codeOf(error) {
  const text = String(error?.message);
  if (error instanceof TypeError) {
    if (messages.unfetched.test(text)) return "NETWORK";
    if (messages.specifier.test(text)) return "SPECIFIER_UNKNOWN";
  }
  // A SyntaxError that has a call stack was thrown by running code.
  if (error instanceof SyntaxError && !/\n\s+at |@\w+:/.test(error.stack ?? "")) {
    return messages.missing.test(text) ? "EXPORT_MISSING" : "SYNTAX_ERROR";
  }
  // customElements.define() with a name that is taken.
  if (error?.name === "NotSupportedError" && /already/.test(text)) return "ELEMENT_NAME_TAKEN";
  return "EVALUATION_ERROR";
}
