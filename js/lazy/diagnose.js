import { Failure } from "./failure.js";

/**
 * Why an import failed though every module had arrived. The module map keeps
 * these errors for ever, so there is no use in trying again.
 * @param {string} url @param {any} error
 */
export function diagnose(url, error) {
  const message = `${url}: ${error?.message ?? error}`;
  // A SyntaxError that has a call stack was thrown by running code.
  if (error instanceof SyntaxError && !/\n\s+at |@\w+:/.test(error.stack ?? "")) {
    const code = /export|import/i.test(error.message) ? "EXPORT_MISSING" : "SYNTAX_ERROR";
    return new Failure(code, message, { cause: error });
  }
  // customElements.define() with a name that is taken.
  if (error?.name === "NotSupportedError" && /already/.test(error.message)) {
    return new Failure("ELEMENT_NAME_TAKEN", message, { cause: error });
  }
  return new Failure("EVALUATION_ERROR", message, { cause: error });
}
