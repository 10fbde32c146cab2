/**
 * The sampler's events: `detail` by the event's name.
 * @typedef {object} SamplerEvents
 * @property {import("./sources/vitals.js").Vital} vital a Web Vital that changed, as the `web-vitals` library reports it
 * @property {import("./alerts/alerts.js").Alert} alert a rule that fires, or no longer does
 * @property {ExceededBudget} budget once each, when it is exceeded
 * @property {SentBatch} sent a batch that the collector took
 * @property {DeliveryState} delivery when batches wait, are refused, or are not sent at all
 */

/**
 * @typedef {object} ExceededBudget
 * @property {string} path e.g. `budgets.vitals.LCP`
 * @property {number} limit
 * @property {number} value
 */

/** @typedef {{ id: string, bytes: number }} SentBatch */

/** @typedef {{ state: "waiting" | "refused" | "off", reason: string }} DeliveryState */

/**
 * Dispatches an event on the sampler.
 * @typedef {<Type extends keyof SamplerEvents>(type: Type, detail: SamplerEvents[Type]) => void} Dispatch
 */

/** @typedef {{ [Type in keyof SamplerEvents]: CustomEvent<SamplerEvents[Type]> }} SamplerEventMap */

/**
 * @template {keyof SamplerEvents} Type
 * @typedef {(event: SamplerEventMap[Type]) => void} SamplerListener
 */

export {};
