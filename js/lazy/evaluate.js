import { Failure } from "./failure.js";

/**
 * `import()` of a URL whose text has arrived, with errors told apart: what
 * the network did may be tried again, what the module did may not (the module
 * map keeps it for ever).
 *
 * @param {string} url @param {import("./environment.js").Environment} env
 * @returns {Promise<any>} the module's namespace
 * @throws {Failure}
 */
export async function evaluate(url, env) {
  try {
    return await env.load(url);
  } catch (error) {
    throw asFailure(url, error);
  }
}

/** What Chromium, Firefox and WebKit say when a module cannot be fetched. */
const fetchFailed =
  /dynamically imported module|importing a module script failed|failed to fetch|load failed/i;

/** @param {string} url @param {any} error */
function asFailure(url, error) {
  const message = `${url}: ${error?.message ?? error}`;
  if (error instanceof TypeError && fetchFailed.test(error.message)) {
    return new Failure("NETWORK", message, { cause: error, retryable: true });
  }
  // A SyntaxError that has a call stack was thrown by running code.
  if (error instanceof SyntaxError && !/\n\s+at |@\w+:/.test(error.stack ?? "")) {
    const code = /export|import/i.test(error.message) ? "EXPORT_MISSING" : "SYNTAX_ERROR";
    return new Failure(code, message, { cause: error });
  }
  return new Failure("EVALUATION_ERROR", message, { cause: error });
}
