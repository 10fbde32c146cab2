/** The messages of V8, SpiderMonkey and JavaScriptCore, in this order. */
const messages = {
  specifier: /resolve module specifier|bare specifier|resolve to a valid URL/i,
  missing: /requested module|import not found|binding name/i,
};

/**
 * Why an import failed although every module had arrived. The module map keeps these errors for ever.
 * @param {any} error what `import()` threw, if the network is not to blame
 * @returns {string} see failure.js for the codes
 */
export function codeOf(error) {
  const text = String(error?.message);
  if (error instanceof TypeError && messages.specifier.test(text)) return "SPECIFIER_UNKNOWN";
  // A SyntaxError that has a call stack was thrown by running code.
  if (error instanceof SyntaxError && !/\n\s+at |@\w+:/.test(error.stack ?? "")) {
    return messages.missing.test(text) ? "EXPORT_MISSING" : "SYNTAX_ERROR";
  }
  // customElements.define() with a name that is taken.
  if (error?.name === "NotSupportedError" && /already/.test(text)) return "ELEMENT_NAME_TAKEN";
  return "EVALUATION_ERROR";
}
