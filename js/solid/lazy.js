import {
  createComponent,
  createMemo,
  createSignal,
  lazy,
  mergeProps,
  onCleanup,
  onMount,
  splitProps,
  untrack,
} from "solid-js";
import { Dynamic, isServer } from "solid-js/web";
import { func, oneOf } from "../core/check.js";
import { lazyImport } from "../lazy/lazy-import.js";
import { loadTriggers } from "../lazy/prefetch.js";

const own = /** @type {const} */ (["load", "when", "fallback", "error", "options", "children"]);

/**
 * A component that loads through a bad network, for routes: `lazyRoute(() => import("./settings.js"))`.
 * As Solid's `lazy`, it suspends, throws to the nearest `<ErrorBoundary>`, and has `preload()`; unlike
 * it, it retries, and loads again when it is rendered again after a failure.
 * @template {object} Props
 * @param {() => Promise<{ default: (props: Props) => import("solid-js").JSX.Element }>} load
 * @param {import("../lazy/load/options.js").LazyOptions} [options] as for `lazyImport`
 * @returns {((props: Props) => import("solid-js").JSX.Element) & { preload: () => Promise<unknown> }}
 * @throws {TypeError | RangeError} for invalid options, at once
 */
export function lazyRoute(load, options) {
  func(load, "lazyRoute: load");
  // A server reads its own disk.
  const get = isServer ? load : lazyImport(load, options);
  /** @type {ReturnType<typeof lazy> | undefined} */
  let made;
  const current = () => {
    made ??= lazy(() =>
      get().catch((error) => {
        made = undefined; // Solid's would keep the failure
        throw error;
      }),
    );
    return made;
  };
  const route = (/** @type {any} */ props) => createComponent(current(), props);
  return /** @type {any} */ (Object.assign(route, { preload: () => current().preload() }));
}

/**
 * Loads a module in place, when it is visible, in idle time or when the visitor points at it, and
 * renders it: `<Lazy load={() => import("./chart.js")} when="visible">{({ Chart }) => <Chart />}</Lazy>`.
 * @template Module
 * @param {import("./types.js").LazyProps<Module>} props
 * @returns {import("solid-js").JSX.Element} a `<div>`, `aria-busy` while it loads
 * @throws {TypeError} for an unknown `when`
 */
export function Lazy(props) {
  const [mine, rest] = splitProps(props, own);
  const when = mine.when ?? "now";
  oneOf(["now", "idle", "visible", "interaction"])(when, "Lazy: when");
  func(mine.load, "Lazy: load");
  const get = isServer ? mine.load : lazyImport(mine.load, mine.options);
  const [module, setModule] = createSignal(
    /** @type {{ value: Module } | undefined} */ (undefined),
  );
  const [failure, setFailure] = createSignal(
    /** @type {{ error: unknown } | undefined} */ (undefined),
  );
  const [busy, setBusy] = createSignal(false);
  const ended = new AbortController();
  /** @type {Element | undefined} */
  let host;

  const start = async () => {
    if (ended.signal.aborted || busy()) return;
    setBusy(true);
    try {
      const value = await get();
      setModule({ value });
    } catch (error) {
      setFailure({ error });
    }
    setBusy(false);
  };
  onMount(async () => {
    if (when !== "now") {
      const { triggers } = await loadTriggers();
      await triggers[when === "interaction" ? "hover" : when](host, ended.signal);
    }
    start();
  });
  onCleanup(() => ended.abort());

  const view = createMemo(() => {
    const loaded = module();
    if (loaded) return untrack(() => mine.children(loaded.value));
    const failed = failure();
    if (!failed) return mine.fallback;
    const { error } = mine;
    if (!error) throw failed.error;
    return untrack(() =>
      error(failed.error, () => {
        setFailure(undefined);
        start();
      }),
    );
  });
  const whole = mergeProps(rest, {
    component: "div",
    get "aria-busy"() {
      return busy() ? "true" : undefined;
    },
    ref: (/** @type {HTMLDivElement} */ element) => {
      host = element;
      if (typeof rest.ref === "function")
        /** @type {(element: Element) => void} */ (rest.ref)(element);
    },
    get children() {
      return view();
    },
  });
  return createComponent(Dynamic, /** @type {any} */ (whole));
}
