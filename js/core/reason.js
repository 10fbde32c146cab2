/**
 * Why WebAssembly could not be loaded, and what mends it.
 * @param {unknown} error of the engine, or of wasm.js @returns {string}
 */
export function reason(error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (/ is HTML$/.test(reason)) return `${reason}: exclude apus from the bundler's pre-bundling.`;
  const csp = /unsafe-eval|content security policy/i.test(reason)
    ? " The page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to script-src" +
      " (script-src 'self' 'wasm-unsafe-eval')."
    : "";
  return `${reason}.${csp}`;
}
