/** What a sampler tells of a visit, as plain data. */

/**
 * @typedef {object} SeriesReport
 * @property {string} name
 * @property {import("./histograms.js").Tags} tags
 * @property {boolean} own
 * @property {readonly import("./details/exemplars.js").Exemplar[]} exemplars
 */

/**
 * @typedef {object} VitalReport
 * @property {string} name
 * @property {number} value
 * @property {string} rating
 * @property {number} delta
 * @property {string} id
 * @property {string} navigationType
 * @property {Record<string, string | number>} attribution
 */

/**
 * Plain data.
 * @typedef {object} Report
 * @property {VitalReport[]} vitals
 * @property {(SeriesReport & import("./histograms.js").Summary)[]} series
 * @property {import("./details/resources.js").ResourceReport} resources
 * @property {import("./details/long-frames.js").LongFrameReport} longFrames
 * @property {import("./details/errors.js").PageError[]} errors
 * @property {number} errorCount
 * @property {import("./details/details.js").LifecycleState[]} lifecycle
 * @property {{ type: string, rtt: number, downlink: number, saveData: boolean } | undefined} connection
 * @property {{ firing: string[], log: import("./alerts/alerts.js").Alert[] }} alerts
 * @property {{ path: string, limit: number, value: number, ok: boolean }[]} budgets
 * @property {Losses} losses
 */

/** @typedef {{ rejected: number, dropped: number, full: number, batches?: number, refused?: number }} Losses */

/** What the browser tells of the network. @returns {Report["connection"]} */
export function connectionNow() {
  const { effectiveType, rtt, downlink, saveData } =
    /** @type {any} */ (globalThis.navigator)?.connection ?? {};
  return effectiveType ? { type: effectiveType, rtt, downlink, saveData } : undefined;
}

/**
 * Plain data of a vital; entries and nodes stay here.
 * @param {import("./vitals.js").Vital} vital
 * @returns {VitalReport}
 */
export function plainVital({ name, value, rating, delta, id, navigationType, attribution }) {
  /** @type {Record<string, string | number>} */
  const told = {};
  for (const [key, detail] of Object.entries(attribution ?? {})) {
    if (typeof detail === "string" || (typeof detail === "number" && Number.isFinite(detail))) {
      told[key] = detail;
    }
  }
  return { name, value, rating, delta, id, navigationType, attribution: told };
}
