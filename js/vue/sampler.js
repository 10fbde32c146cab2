import {
  defineComponent,
  h,
  onScopeDispose,
  shallowReadonly,
  shallowRef,
  toValue,
  triggerRef,
  watch,
} from "vue";
import { oneOf } from "../core/check.js";
import { define } from "../elements/base.js";
import { ApusSampler } from "../elements/sampler/apus-sampler.js";

const vitals = /** @type {const} */ (["LCP", "INP", "CLS", "FCP", "TTFB"]);

/**
 * A Web Vital of the page view, and again whenever it changes: `const lcp = useVital(sampler, "LCP")`.
 * @param {import("vue").MaybeRefOrGetter<import("../sampler/index.js").Sampler | undefined>} sampler
 * @param {import("../sampler/sources/vitals.js").VitalName} name
 * @returns {Readonly<import("vue").ShallowRef<import("../sampler/sources/vitals.js").Vital | undefined>>}
 *   undefined until it is measured
 * @throws {TypeError} for another name
 */
export function useVital(sampler, name) {
  oneOf(vitals)(name, "useVital: name");
  const vital = shallowRef(
    /** @type {import("../sampler/sources/vitals.js").Vital | undefined} */ (undefined),
  );
  let off = () => {};
  onScopeDispose(() => off());
  watch(
    () => toValue(sampler),
    (sampler) => {
      off();
      off =
        sampler?.on("vital", ({ detail }) => {
          if (detail.name !== name || detail.registration !== 0) return;
          vital.value = detail;
          triggerRef(vital); // the library may report the same object with another value
        }) ?? (() => {});
    },
    { immediate: true },
  );
  return shallowReadonly(vital);
}

/**
 * `<apus-sampler>`: live Web Vitals and timings, with `dashboard` everything that is measured. Its
 * `error` event is an event of this component.
 */
export const Sampler = /** @type {import("./types.js").SamplerComponent} */ (
  /** @type {unknown} */ (
    defineComponent({
      name: "ApusSampler",
      props: { sampler: Object, dashboard: Boolean, paused: Boolean },
      setup(/** @type {any} */ props) {
        define("apus-sampler", ApusSampler);
        const flag = (/** @type {boolean} */ on) => (on ? "" : undefined);
        return () =>
          h("apus-sampler", {
            ...(globalThis.document && { ".sampler": props.sampler }),
            dashboard: flag(props.dashboard),
            paused: flag(props.paused),
          });
      },
    })
  )
);
