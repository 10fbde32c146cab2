import { attributionCases } from "./cases/attribution.js";
import { lateCases } from "./cases/late.js";
import { reportCases } from "./cases/reports.js";
import { restoreCases } from "./cases/restores.js";
import { viewCases } from "./cases/views.js";
import { Probe } from "./probe.js";

export const subjects = /** @type {const} */ (["library", "sampler"]);

/** One case for each that the documentation of web-vitals names. */
export const cases = [...reportCases, ...viewCases, ...attributionCases, ...lateCases];

/** Those that need the back/forward cache. */
export { restoreCases };

/**
 * Runs cases for the library, and for the sampler over it.
 * @param {typeof import("../../browser.js").test} test
 * @param {import("./probe.js").Case[]} cases
 */
export function compare(test, cases) {
  for (const { name, run } of cases) {
    for (const subject of subjects) {
      test(`${subject}: ${name}`, async ({ page, server, problems }) => {
        await run(new Probe(page, server.url, subject));
        void problems;
      });
    }
  }
}
