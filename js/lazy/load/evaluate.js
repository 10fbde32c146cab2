import { Failure } from "../net/failure.js";

/**
 * `import()` of a URL whose text has arrived, with errors told apart: what
 * the network did may be tried again, what the module did may not.
 *
 * @param {string} url @param {import("../net/environment.js").Environment} env
 * @returns {Promise<any>} the module's namespace
 * @throws {import("../net/failure.js").Failure} see diagnose.js
 */
export async function evaluate(url, env) {
  try {
    return await env.load(url);
  } catch (error) {
    throw diagnose(url, error);
  }
}

/** How engines say it: V8, SpiderMonkey and JavaScriptCore, in this order. */
const says = {
  unfetched: /dynamically imported module|module script failed/i,
  specifier: /resolve module specifier|bare specifier|resolve to a valid URL/i,
  missing: /requested module|import not found|binding name/i,
};

/**
 * Why an import failed though every module had arrived. But for the first,
 * which the network did, there is no use in trying again: the module map keeps
 * these errors for ever.
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
    if (says.unfetched.test(text)) return "NETWORK";
    if (says.specifier.test(text)) return "SPECIFIER_UNKNOWN";
  }
  // A SyntaxError that has a call stack was thrown by running code.
  if (error instanceof SyntaxError && !/\n\s+at |@\w+:/.test(error.stack ?? "")) {
    return says.missing.test(text) ? "EXPORT_MISSING" : "SYNTAX_ERROR";
  }
  // customElements.define() with a name that is taken.
  if (error?.name === "NotSupportedError" && /already/.test(text)) return "ELEMENT_NAME_TAKEN";
  return "EVALUATION_ERROR";
}
