import { createElement, useRef } from "react";
import "../define/sampler.js";
import { useDomEffect, useListeners } from "./dom.js";

/**
 * @typedef {object} SamplerEvents
 * @property {(event: CustomEvent<import("../core/errors.js").ApusError>) => void} [onError] WebAssembly
 *   is not available
 * @typedef {import("../elements/types/wrappers.js").SamplerSettings & SamplerEvents} OwnSamplerProps
 * @typedef {OwnSamplerProps & Omit<import("react").HTMLAttributes<HTMLElement>, keyof OwnSamplerProps | "children">} SamplerProps
 */

const events = { onError: "error" };

/**
 * `<apus-sampler>`: live Web Vitals as rated tiles, the page's own timings, or a dashboard.
 * @param {SamplerProps} props
 * @returns {import("react").ReactElement}
 */
export function Sampler(props) {
  const { sampler, dashboard = false, paused = false, onError: _, className, ...rest } = props;
  /** @type {import("react").RefObject<import("../elements/sampler/apus-sampler.js").ApusSampler | null>} */
  const host = useRef(null);
  useDomEffect(() => {
    Object.assign(host.current ?? {}, { sampler, dashboard, paused });
  }, [sampler, dashboard, paused]);
  useListeners(host, events, props);
  const attributes = { ...rest, class: className, ref: host, suppressHydrationWarning: true };
  return createElement("apus-sampler", attributes);
}
