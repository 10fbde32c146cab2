import { attributionCases } from "./cases/attribution.js";
import { lateCases } from "./cases/late.js";
import { reportCases } from "./cases/reports.js";
import { restoreCases } from "./cases/restores.js";
import { viewCases } from "./cases/views.js";

export const subjects = /** @type {const} */ (["library", "sampler"]);

/** One case for each that the documentation of web-vitals names. */
export const cases = [...reportCases, ...viewCases, ...attributionCases, ...lateCases];

/** Those that need the back/forward cache. */
export { restoreCases };
