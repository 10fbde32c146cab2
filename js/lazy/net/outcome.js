import * as layout from "../../../dist/layout.js";

/** The core's code of an outcome. @param {boolean | undefined} ok `undefined`: aborted */
export const outcomeCode = (ok) =>
  ok === undefined ? layout.OUTCOME_CANCELLED : ok ? layout.OUTCOME_OK : layout.OUTCOME_FAILED;

/** Names of the breaker's states. @type {Record<number, "closed" | "open" | "half-open">} */
export const breakerStates = {
  [layout.BREAKER_CLOSED]: "closed",
  [layout.BREAKER_OPEN]: "open",
  [layout.BREAKER_HALF_OPEN]: "half-open",
};
