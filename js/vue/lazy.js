import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef } from "vue";
import { func, oneOf } from "../core/check.js";
import { lazyImport } from "../lazy/lazy-import.js";
import { loadTriggers } from "../lazy/prefetch.js";

const onServer = typeof window === "undefined";

/**
 * An import that survives a bad network, for routes: `component: lazyRoute(() => import("./Settings.vue"))`.
 * It is `lazyImport`; a server imports plainly.
 * @type {typeof lazyImport}
 */
export const lazyRoute = onServer ? (load) => load : lazyImport;

/**
 * Loads a module in place, when it is visible, in idle time or when the visitor points at it, and shows
 * it: the default slot gets `{ module }`; without that slot, the component that is its default export
 * gets `props`. The slot `placeholder` is shown until then, `error` with `{ error, retry }` when loading
 * failed. Emits `load` with the module and `error` with the reason.
 */
export const Lazy = /** @type {import("./types.js").LazyComponent} */ (
  /** @type {unknown} */ (
    defineComponent({
      name: "ApusLazy",
      props: {
        loader: { type: Function, required: true },
        when: { type: String, default: "now" },
        options: Object,
        props: Object,
      },
      emits: ["load", "error"],
      setup,
    })
  )
);

/** @param {any} props @param {import("vue").SetupContext<("load" | "error")[]>} context */
function setup(props, { slots, emit }) {
  oneOf(["now", "idle", "visible", "interaction"])(props.when, "Lazy: when");
  func(props.loader, "Lazy: loader");
  const get = onServer ? props.loader : lazyImport(props.loader, props.options);
  const host = shallowRef(/** @type {Element | undefined} */ (undefined));
  const state = shallowRef(/** @type {{ busy?: boolean, module?: any, error?: unknown }} */ ({}));
  const ended = new AbortController();
  const { signal } = ended;

  const load = async () => {
    if (signal.aborted || state.value.busy) return;
    state.value = { busy: true };
    try {
      const module = await get();
      if (signal.aborted) return;
      state.value = { module };
      emit("load", module);
    } catch (error) {
      if (signal.aborted) return;
      state.value = { error: error ?? new Error("the import failed") };
      emit("error", error);
    }
  };
  onMounted(async () => {
    if (props.when !== "now") {
      const { triggers } = await loadTriggers();
      await triggers[props.when === "interaction" ? "hover" : props.when](host.value, signal);
    }
    load();
  });
  onBeforeUnmount(() => ended.abort());

  const content = () => {
    const { module, error } = state.value;
    if (module && slots.default) return slots.default({ module });
    if (module) return h(module.default, props.props);
    if (error === undefined) return slots.placeholder?.();
    return slots.error?.({ error, retry: load });
  };
  return () =>
    h("div", { ref: host, "aria-busy": state.value.busy ? "true" : undefined }, content());
}
