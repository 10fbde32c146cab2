import * as layout from "../../../dist/layout.js";

/** The core's code of an outcome. @param {boolean | undefined} ok `undefined`: aborted */
export const outcomeCode = (ok) =>
  ok === undefined ? layout.OUTCOME_CANCELLED : ok ? layout.OUTCOME_OK : layout.OUTCOME_FAILED;
