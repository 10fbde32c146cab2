import { reflecting } from "../base.js";

/** @typedef {"now" | "idle" | "visible" | "interaction"} When */

/** The attributes of <apus-lazy> as properties, with their defaults. */
export const LazyAttributes = reflecting({
  src: "",
  when: /** @type {When} */ ("now"),
  retries: Number.POSITIVE_INFINITY,
  timeout: 10_000,
  budget: 30_000,
  delay: 100,
  maxDelay: 5000,
  element: "",
  integrity: "",
  manifest: "",
});
