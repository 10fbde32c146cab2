import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";

/** @typedef {import("web-vitals").MetricWithAttribution} Vital */

/**
 * Web Vitals, each change of them.
 * @param {(vital: Vital) => void} report
 */
export function observeVitals(report) {
  for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(report, { reportAllChanges: true });
}
