/** A visit as plain data, for `Sampler.report` and the transport. */

/** @typedef {import("./sources/vitals.js").Vital} Vital */

/**
 * @typedef {object} SeriesReport
 * @property {string} name
 * @property {import("./series.js").Tags} tags
 * @property {boolean} own whether the page measured it itself; the browser made the others
 * @property {string} unit by UCUM, e.g. `ms`, `By`, `1`; empty when the page did not state it
 * @property {readonly import("./details/exemplars.js").Exemplar[]} exemplars
 */

/**
 * A Web Vital of one page view, without its entries and nodes. Frozen.
 * @typedef {object} VitalReport
 * @property {number} registration which of the option `vitals`, from 0
 * @property {Vital["name"]} name
 * @property {number} value
 * @property {Vital["rating"]} rating
 * @property {number} delta
 * @property {string} id of the vital in this page view, by web-vitals
 * @property {Vital["navigationType"]} navigationType
 * @property {string} page URL of the page view
 * @property {number} startTime of the page view, ms since the time origin
 * @property {string} [route] of the URL, by the option `route`
 * @property {Record<string, string | number>} attribution
 */

/**
 * @typedef {object} Report
 * @property {VitalReport[]} vitals of all page views, by id; the latest 2,000
 * @property {(SeriesReport & import("./histograms.js").Summary)[]} series
 * @property {import("./details/resources.js").ResourceReport} resources
 * @property {import("./details/long-frames.js").LongFrameReport} longFrames
 * @property {import("./details/errors.js").PageError[]} errors
 * @property {number} errorCount all of them; `errors` holds 50 kinds
 * @property {import("./details/details.js").LifecycleState[]} lifecycle
 * @property {import("./sources/connection.js").Connection | undefined} connection
 * @property {{ firing: string[], log: import("./alerts/alerts.js").Alert[] }} alerts names of rules; the latest alert last
 * @property {import("./alerts/budgets.js").BudgetReport[]} budgets
 * @property {import("./histograms.js").Memory} memory
 * @property {Losses} losses
 */

/**
 * Numbers that were not counted or not delivered.
 * @typedef {object} Losses
 * @property {number} rejected values
 * @property {number} dropped entries that the browser dropped
 * @property {number} full times that the browser's buffer of resources was full
 * @property {number} [vitals] of the earliest page views, given up because there are more than 2,000
 * @property {number} [batches] dropped because the queue was full
 * @property {number} [refused] batches that the collector refused
 */

/**
 * @param {Vital} vital @param {string} [route]
 * @returns {VitalReport}
 */
export function plainVital(vital, route) {
  const { registration, name, value, rating, delta, id, navigationType } = vital;
  /** @type {Record<string, string | number>} */
  const plain = {};
  for (const [key, detail] of Object.entries(vital.attribution ?? {})) {
    if (typeof detail === "string" || (typeof detail === "number" && Number.isFinite(detail))) {
      plain[key] = detail;
    }
  }
  return Object.freeze({
    ...{ registration, name, value, rating, delta, id, navigationType },
    page: vital.navigationURL ?? location.href,
    startTime: vital.navigationStartTime ?? 0,
    ...(route !== undefined && { route }),
    attribution: Object.freeze(plain),
  });
}
