import { createEffect, createSignal, onCleanup, splitProps } from "solid-js";
import { getNextElement, isServer, spread, ssrElement } from "solid-js/web";
import { oneOf } from "../core/check.js";
import { define } from "../elements/base.js";
import { ApusSampler } from "../elements/sampler/apus-sampler.js";

const vitals = /** @type {const} */ (["LCP", "INP", "CLS", "FCP", "TTFB"]);
const settings = /** @type {const} */ (["sampler", "dashboard", "paused"]);

/**
 * A Web Vital of the page view, and again whenever it changes: `const lcp = createVital(sampler, "LCP")`.
 * @param {import("../sampler/index.js").Sampler | import("solid-js").Accessor<import("../sampler/index.js").Sampler | undefined>} sampler
 *   e.g. a resource of `Sampler.start`
 * @param {import("../sampler/sources/vitals.js").VitalName} name
 * @returns {import("solid-js").Accessor<import("../sampler/sources/vitals.js").Vital | undefined>}
 *   undefined until it is measured
 * @throws {TypeError} for another name
 */
export function createVital(sampler, name) {
  oneOf(vitals)(name, "createVital: name");
  const [vital, setVital] = createSignal(
    /** @type {import("../sampler/sources/vitals.js").Vital | undefined} */ (undefined),
    { equals: false }, // the library may report the same object with another value
  );
  createEffect(() => {
    const off = (typeof sampler === "function" ? sampler() : sampler)?.on("vital", ({ detail }) => {
      if (detail.name === name && detail.registration === 0) setVital(() => detail);
    });
    if (off) onCleanup(off);
  });
  return vital;
}

/**
 * `<apus-sampler>`: live Web Vitals and timings, with `dashboard` everything that is measured.
 * @param {import("./types.js").SamplerProps} props
 * @returns {import("solid-js").JSX.Element}
 */
export function Sampler(props) {
  const [mine, rest] = splitProps(props, settings);
  if (isServer) {
    const flags = {
      dashboard: mine.dashboard ? "" : undefined,
      paused: mine.paused ? "" : undefined,
    };
    return /** @type {any} */ (ssrElement("apus-sampler", { ...flags, ...rest }, undefined, true));
  }
  // The server's element is upgraded when its properties are known.
  const element = /** @type {ApusSampler} */ (
    getNextElement(() => document.createElement("apus-sampler"))
  );
  spread(element, rest, false, true);
  createEffect(() => {
    element.sampler = mine.sampler;
  });
  createEffect(() => {
    element.dashboard = Boolean(mine.dashboard);
    element.paused = Boolean(mine.paused);
    define("apus-sampler", ApusSampler);
  });
  return element;
}
