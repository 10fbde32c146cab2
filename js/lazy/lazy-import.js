import { checkImport, importGate, importGated, warmUp } from "./lazy.js";
import { abortable } from "./net/abort.js";

/**
 * Wraps a dynamic import so that it survives a bad network. Works with route
 * splitting, `React.lazy`, Vue's `defineAsyncComponent` and Lit.
 *
 *     const Chart = React.lazy(lazyImport(() => import("./chart.js")));
 *
 * The URL is read from the function's text, relative to the module that called
 * `lazyImport`. It is fetched with everything it imports before the import runs,
 * so a failure never reaches the module map. Without a readable URL (a computed
 * specifier, a bundler with its own loader) the import itself is retried.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {import("./lazy.js").ImportOptions} [options] as for `lazy`
 * @returns {() => Promise<T>} the wrapped import; rejects as `lazy` does
 * @throws {TypeError} @throws {RangeError} for invalid options, at once
 */
export function lazyImport(load, options = {}) {
  checkImport("lazyImport", load, options);
  const { stack } = new Error();
  warmUp(() => importGate(options));
  return () => abortable(importGated(load, options, stack), options.signal);
}
