import { createElement, useCallback, useEffect, useRef, useState } from "react";
import { func, oneOf } from "../core/check.js";
import { lazyImport } from "../lazy/lazy-import.js";
import { loadTriggers } from "../lazy/prefetch.js";

/**
 * Props of `Lazy`, besides those of a `div`, which contains what it shows.
 * @template Module
 * @typedef {object} OwnLazyProps
 * @property {() => Promise<Module>} load e.g. `() => import("./chart.js")`. It may be another function
 *   each time: the first one counts
 * @property {"now" | "idle" | "visible" | "interaction"} [when] when to load; now
 * @property {(module: Module) => import("react").ReactNode} [children] what the module shows; default:
 *   its default export, a component without props
 * @property {import("react").ReactNode} [placeholder] shown until it has loaded
 * @property {(error: unknown, retry: () => void) => import("react").ReactNode} [failed] shown when it
 *   could not be loaded; default: a sentence and a button that tries again
 * @property {Omit<NonNullable<Parameters<typeof lazyImport>[1]>, "signal" | "onretry">} [options] of
 *   `lazyImport`: `retries`, `budget`, `timeout`, and so on
 * @property {(module: Module) => void} [onLoad]
 * @property {(error: unknown) => void} [onError] it failed for good; without it the console says so
 * @property {(detail: { attempt: number, delay: number, error: unknown }) => void} [onRetry] before
 *   each wait, ms
 */
/**
 * @template Module
 * @typedef {OwnLazyProps<Module> & Omit<import("react").HTMLAttributes<HTMLElement>, keyof OwnLazyProps<Module>>} LazyProps
 */

/**
 * @template Module
 * @typedef {{ state: "idle" | "loading" | "loaded" | "failed", module?: Module, error?: unknown }} Status
 */

const whens = oneOf(["now", "idle", "visible", "interaction"]);

/**
 * Loads a module through a bad network, and shows a placeholder, the content or an error. A server
 * renders the placeholder.
 *
 *     <Lazy load={() => import("./chart.js")} when="visible">{({ Chart }) => <Chart />}</Lazy>
 *
 * @template {object} Module
 * @param {LazyProps<Module>} props
 * @returns {import("react").ReactElement}
 * @throws {TypeError} while it renders, for props of the wrong type
 */
export function Lazy(props) {
  const { load, when = "now", children, placeholder, failed, options, ...more } = props;
  const { onLoad: _l, onError: _e, onRetry: _r, ...rest } = more;
  func(load, "Lazy: load");
  whens(when, "Lazy: when");
  /** @type {import("react").RefObject<HTMLDivElement | null>} */
  const host = useRef(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [status, setStatus] = useState(/** @type {Status<Module>} */ ({ state: "idle" }));
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((number) => number + 1), []);

  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    const run = async () => {
      const { load, options, when } = latest.current;
      try {
        if (when && when !== "now" && !attempt) {
          const { triggers } = await loadTriggers();
          await triggers[when === "interaction" ? "hover" : when](
            host.current ?? undefined,
            signal,
          );
        }
        if (signal.aborted) return;
        setStatus(({ error }) => ({ state: "loading", error }));
        // Where the function was written is not known here: without `base`, only its import is retried.
        const onretry = (/** @type {any} */ detail) => latest.current.onRetry?.(detail);
        const module = await lazyImport(load, {
          base: "about:blank",
          ...options,
          signal,
          onretry,
        })();
        if (signal.aborted) return;
        setStatus({ state: "loaded", module });
        latest.current.onLoad?.(module);
      } catch (error) {
        if (signal.aborted) return;
        setStatus({ state: "failed", error });
        const { onError } = latest.current;
        if (onError) onError(error);
        else console.error("<Lazy>", error);
      }
    };
    run();
    return () => end.abort();
  }, [attempt]);

  const { state, module, error } = status;
  const busy = state === "loading";
  const again = busy && error !== undefined; // the error stays, and its button keeps the focus
  const shown = () => {
    if (module)
      return children ? children(module) : createElement(/** @type {any} */ (module).default);
    if (state === "failed" || again) return failed ? failed(error, retry) : failure(retry, again);
    return placeholder;
  };
  return createElement("div", { ...rest, ref: host, "aria-busy": busy || undefined }, shown());
}

/** @param {() => void} retry @param {boolean} busy */
function failure(retry, busy) {
  const press = busy ? undefined : retry;
  return createElement(
    "div",
    { role: "alert" },
    createElement("p", null, "This part could not be loaded."),
    createElement("button", { type: "button", onClick: press, "aria-disabled": busy }, "Try again"),
  );
}
