import { checkOptions, func } from "../core/check.js";
import { completed } from "./lazy.js";
import * as checks from "./load/options.js";
import { abortable } from "./net/abort.js";
import { loadChunk } from "./net/load-chunk.js";

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
 * @param {import("./load/options.js").LazyOptions & { base?: string | URL }} [options] as for `lazy`;
 *   `base`: the calling module's `import.meta.url`, if its call stack does not show it
 * @returns {() => Promise<T>} the wrapped import; rejects as `lazy` does
 * @throws {TypeError} @throws {RangeError} for invalid options, at once
 */
export function lazyImport(load, options = {}) {
  func(load, "lazyImport: load");
  checkOptions("lazyImport", options, { ...checks.load, base: () => {} });
  const { stack } = new Error();
  const start = async () => {
    const { gatedImport } = await loadChunk(
      import.meta.url,
      () => import("./load/gated-import.js"),
      options,
    );
    return gatedImport(load, options, completed(options), stack);
  };
  return () => abortable(start(), options.signal);
}
