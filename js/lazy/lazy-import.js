import { checkOptions, func } from "../core/check.js";
import { announce } from "./build/deploy.js";
import { completed, core, warmUp } from "./lazy.js";
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
  const gate = () =>
    loadChunk(import.meta.url, () => import("./load/gated-import.js"), completed(options), core);
  const start = async () => {
    const all = completed(options);
    try {
      const { gatedImport } = await gate();
      return gatedImport(load, options, all, stack);
    } catch (/** @type {any} */ error) {
      if (error?.code !== "GONE") throw error;
      // A deploy has removed the loader, but perhaps not the module.
      const stale = () => {
        throw announce(error, import.meta.url);
      };
      return all.integrity ? stale() : load().catch(stale);
    }
  };
  warmUp(gate);
  return () => abortable(start(), options.signal);
}
