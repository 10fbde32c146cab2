import { createElement, lazy, useState } from "react";
import { lazyImport } from "../lazy/lazy-import.js";
import { useDomEffect } from "./dom.js";

/**
 * @template Props
 * @typedef {import("react").ComponentType<Props>} ComponentType
 */

/**
 * A component that `lazyRoute` made.
 * @template Props
 * @typedef {((props: Props) => import("react").ReactElement) & { preload: () => Promise<void> }} Route
 *   `preload` starts the load, e.g. when a link is pointed at; it rejects as `lazyImport` does
 */

/**
 * `React.lazy` that survives a bad network: the module is fetched with everything it imports until
 * it has loaded, as by `lazyImport`. It suspends meanwhile. When it fails for good, the nearest error
 * boundary gets the error, and when that renders it again, it loads again; `React.lazy` would keep
 * the failure until the page is reloaded.
 *
 *     const Settings = lazyRoute(() => import("./settings.js"));
 *
 * Call it in a module, not in a component.
 *
 * @template Props
 * @param {() => Promise<{ default: ComponentType<Props> }>} load
 * @param {Parameters<typeof lazyImport>[1]} [options] of `lazyImport`
 * @returns {Route<Props>}
 * @throws {TypeError | RangeError} for a wrong function or options, at once
 */
export function lazyRoute(load, options = {}) {
  // lazyImport would take this module for the one that calls it.
  const start = lazyImport(load, { base: callerOf(new Error().stack), ...options });
  /** @type {Promise<{ default: ComponentType<Props> }> | undefined} */
  let loading;
  const once = () => {
    loading ??= start();
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  const part = () =>
    lazy(() => once().catch((error) => ({ default: failing(error, () => (Part = part())) })));
  /** @type {ComponentType<any>} */
  let Part = part();
  const Route = (/** @type {Props} */ props) =>
    createElement(Part, /** @type {import("react").Attributes} */ (props));
  return Object.assign(Route, { preload: async () => void (await once()) });
}

/**
 * A component that throws, after it was mounted: while a component suspends, React may ask for it any
 * number of times, so only then it is known that the error arrived.
 * @param {unknown} error @param {() => void} arrived @returns {ComponentType<any>}
 */
function failing(error, arrived) {
  return function LazyRouteFailed() {
    const [, set] = useState(undefined);
    useDomEffect(() => {
      arrived();
      set(() => {
        throw error;
      });
    }, []);
    return null;
  };
}

/** The first module of a stack that is not this one. @param {string} [stack] */
function callerOf(stack = "") {
  const urls = stack.match(/[a-z]+:\/\/\S+?(?=:\d+:\d+)/g) ?? [];
  return urls.find((url) => url !== urls[0]);
}
