import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";
import { replay } from "./sources/replay.js";

/** @typedef {import("web-vitals").MetricWithAttribution} Vital */

/**
 * Web Vitals, each change of them, the same as if web-vitals had been there
 * when the timeline began.
 * @param {import("./observers.js").Timeline} timeline whose queue still holds all
 * @param {(vital: Vital) => void} report
 */
export function observeVitals(timeline, report) {
  timeline.collect();
  const undo = replay(timeline);
  for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(report, { reportAllChanges: true });
  // CLS makes its observer when it has heard of FCP: in a microtask that was queued before this one.
  queueMicrotask(undo);
}
