import { useEffect, useState } from "react";

/** @typedef {import("../sampler/sampler.js").Sampler} Sampler */
/** @typedef {import("../sampler/sources/vitals.js").Vital} Vital */

/**
 * A Web Vital of the page, which renders again when it changes.
 *
 *     const lcp = useVital(sampler, "LCP"); // lcp?.value, lcp?.rating
 *
 * @param {Sampler | undefined} sampler `undefined` until it has started
 * @param {import("../sampler/sources/vitals.js").VitalName} name
 * @returns {Vital | undefined} as web-vitals reports it; `undefined` until it is measured, and on a
 *   server
 */
export function useVital(sampler, name) {
  const [state, setState] = useState(
    /** @type {{ sampler?: Sampler, name?: string, vital?: Vital }} */ ({}),
  );
  useEffect(
    () =>
      sampler?.on("vital", ({ detail }) => {
        if (detail.name !== name || detail.registration !== 0) return;
        setState({ sampler, name, vital: { ...detail } }); // web-vitals changes its object
      }),
    [sampler, name],
  );
  return state.sampler === sampler && state.name === name ? state.vital : undefined;
}
