import { boolean, checkOptions, func, integerIn, numberIn } from "../core/check.js";
import { entryTypes } from "./observers.js";

/**
 * @typedef {object} SamplerOptions
 * @property {number} [sampleRate] share of visits that are observed, 0 to 1; default 1
 * @property {readonly string[]} [types] entries to observe; default: all the engine has, errors and lifecycle
 * @property {Record<string, number>} [rates] share of entries that are counted, by type, 0 to 1
 * @property {boolean} [vitals] Web Vitals; default true
 * @property {boolean} [rooms] what Apus's own rooms tell: hit ratio and bytes of caches, script time of a list's
 *   frame, load times; default true
 * @property {boolean} [memory] samples of the page's memory; default true
 * @property {boolean} [frames] times frames, in one second of five; default false
 * @property {number} [exemplars] entries kept of each series with what is known of them, so many of the slowest and so
 *   many drawn by chance; default 4
 * @property {true | (string | import("./alerts/rules.js").AlertRule)[]} [alerts] `true`: LCP, INP and CLS past web.dev's "good"
 * @property {import("./alerts/channels.js").Channel[]} [channels] where alerts go besides the event
 * @property {import("./alerts/budgets.js").Budgets} [budgets]
 * @property {string | URL} [endpoint] where the numbers are sent; default: nowhere
 * @property {import("./transport/delivery.js").TransportOptions} [transport]
 * @property {number} [maxSeries] names with tags kept apart, at most; default 256
 * @property {number} [maxPerName] series of one name that differ by tags, at most; default 32
 * @property {boolean} [strict] bad values throw instead of being counted as rejected; default false
 * @property {() => number} [random] default `Math.random`
 * @property {() => number} [now] ms, never backwards; default `performance.now()`
 */

const anything = () => {}; // checked by the part that uses it

const checks = {
  sampleRate: numberIn(0, 1),
  types: checkTypes,
  rates: checkRates,
  vitals: boolean,
  rooms: boolean,
  memory: boolean,
  frames: boolean,
  exemplars: integerIn(0, 100),
  alerts: anything,
  channels: anything,
  budgets: anything,
  endpoint: anything,
  transport: anything,
  maxSeries: integerIn(2, 4096),
  maxPerName: integerIn(1, 4096),
  strict: boolean,
  random: func,
  now: func,
};

/**
 * @param {unknown} options
 * @throws {TypeError | RangeError} names the option
 */
export function checkSamplerOptions(options) {
  checkOptions("Sampler.start", options, checks);
}

/** @type {import("../core/check.js").Check} */
function checkTypes(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of entry types`);
  for (const type of value) {
    if (!entryTypes.includes(type)) throw new TypeError(`${name}: unknown entry type "${type}"`);
  }
}

/** @type {import("../core/check.js").Check} */
function checkRates(value, name) {
  checkTypes(Object.keys(value ?? {}), name);
  for (const type of Object.keys(value)) numberIn(0, 1)(value[type], `${name}.${type}`);
}
