import { checkOptions, func } from "../core/check.js";
import { completed } from "./lazy.js";
import * as checks from "./load/options.js";
import { abortable } from "./net/abort.js";
import { loadChunk } from "./net/load-chunk.js";

/**
 * Wraps a dynamic import so that it survives a bad network: a drop-in for
 * route splitting, `React.lazy`, Vue's `defineAsyncComponent` and Lit.
 *
 *     const Chart = React.lazy(lazyImport(() => import("./chart.js")));
 *
 * The URL is read from the function's own text, relative to the module that
 * called `lazyImport`, and fetched with all it imports before the import
 * runs: a failure then never reaches the module map. Where there is no URL to
 * read (the specifier is computed, the bundler has its own loader) the import
 * itself is tried again.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {import("./load/options.js").LazyOptions & { base?: string | URL }} [options] as of `lazy`;
 *   `base`: the calling module's `import.meta.url`, where its call stack does not tell
 * @returns {() => Promise<T>} the wrapped import; rejects as `lazy` does
 * @throws {TypeError} @throws {RangeError} for bad options, at once
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
