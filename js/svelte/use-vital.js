import { createSubscriber } from "svelte/reactivity";
import { oneOf } from "../core/check.js";
import { read } from "./use-cache.js";

/** @typedef {import("../sampler/index.js").Sampler} Sampler */
/** @typedef {import("../sampler/sources/vitals.js").Vital} Vital */

const vitals = /** @type {const} */ (["LCP", "INP", "CLS", "FCP", "TTFB"]);

/**
 * A Web Vital of the page view, and again whenever it changes: `const lcp = useVital(() => sampler, "LCP")`,
 * in markup `{lcp.current?.value}`.
 * @param {import("./use-cache.js").MaybeGetter<Sampler | undefined>} sampler
 * @param {import("../sampler/sources/vitals.js").VitalName} name
 * @returns {{ readonly current: Vital | undefined }} undefined until it is measured
 * @throws {TypeError} for another name
 */
export function useVital(sampler, name) {
  oneOf(vitals)(name, "useVital: name");
  /** @type {Sampler | undefined} */
  let of;
  let subscribe = () => {};
  return {
    get current() {
      const now = read(sampler);
      if (now !== of) {
        of = now;
        subscribe = createSubscriber((changed) =>
          now?.on("vital", ({ detail }) => {
            if (detail.name === name && detail.registration === 0) changed();
          }),
        );
      }
      subscribe();
      return now?.vitals.get(name);
    },
  };
}
