import * as layout from "../../dist/layout.js";
import { boolean, checkOptions, func, integerIn, numberIn } from "../core/check.js";
import { entryTypes } from "./observers.js";

/** @typedef {import("./observers.js").EntryType} EntryType */
/** @typedef {import("./alerts/rules.js").AlertRule} AlertRule */
/** @typedef {import("./sources/vitals.js").VitalName} VitalName */
/** @typedef {import("./sources/vitals.js").VitalsOptions} VitalsOptions */

/**
 * @typedef {object} SamplerOptions
 * @property {number} [sampleRate] share of visits that are observed, 0 to 1; default 1
 * @property {readonly EntryType[]} [types] entries to observe; default: all that the engine has, errors and lifecycle
 * @property {Partial<Record<EntryType, number>>} [rates] share of entries that are counted, by type, 0 to 1
 * @property {boolean | VitalsOptions | readonly VitalsOptions[]} [vitals] Web Vitals, or options of web-vitals; an array
 *   registers several times, each time with options of its own; default true
 * @property {boolean} [rooms] reports of Apus itself: hit ratio and bytes of caches, script time of a list's frame,
 *   load times; default true
 * @property {boolean} [memory] samples of the page's memory; default true
 * @property {boolean} [frames] times frames, one second in five; default false
 * @property {number} [exemplars] how many of the slowest entries of each series are kept with their attribution, and how
 *   many drawn at random; default 4
 * @property {true | readonly (VitalName | AlertRule)[]} [alerts] `true`: LCP, INP and CLS that are not "good" (web.dev)
 * @property {readonly import("./alerts/channels.js").Channel[]} [channels] where alerts go in addition to the event
 * @property {import("./alerts/budgets.js").Budgets} [budgets]
 * @property {string | URL} [endpoint] where the numbers are sent; default: nowhere
 * @property {import("./transport/delivery.js").TransportOptions} [transport]
 * @property {number} [maxSeries] default 256
 * @property {number} [maxMemory] bytes of all series; default 6,000 a series. At the bound all series become coarser, then
 *   windows older than a minute are given up (`report().memory`)
 * @property {number} [maxPerName] series of one name that differ by tags; default 32
 * @property {boolean} [strict] whether invalid values throw instead of being counted as rejected; default false
 * @property {() => number} [random] default `Math.random`
 * @property {() => number} [now] ms, never backwards; default `performance.now()`
 */

/** The core's codes of windows: the last minute, 5 and 15 minutes, the whole visit. */
export const windows = {
  "1m": layout.SAMPLER_WINDOW_MINUTE,
  "5m": layout.SAMPLER_WINDOW_FIVE_MINUTES,
  "15m": layout.SAMPLER_WINDOW_QUARTER_HOUR,
  visit: layout.SAMPLER_WINDOW_VISIT,
};

const checkedLater = () => {}; // by the module that uses it

const checks = {
  sampleRate: numberIn(0, 1),
  types: checkTypes,
  rates: checkRates,
  vitals: checkVitals,
  rooms: boolean,
  memory: boolean,
  frames: boolean,
  exemplars: integerIn(0, 100),
  alerts: checkedLater,
  channels: checkedLater,
  budgets: checkedLater,
  endpoint: checkedLater,
  transport: checkedLater,
  maxSeries: integerIn(2, 65536),
  maxMemory: integerIn(10_000, 2 ** 30),
  maxPerName: integerIn(1, 4096),
  strict: boolean,
  random: func,
  now: func,
};

const vitalsChecks = {
  reportAllChanges: boolean,
  reportSoftNavs: boolean,
  generateTarget: func,
  includeProcessedEventEntries: boolean,
  durationThreshold: numberIn(16, 60_000),
  resourceBufferSize: integerIn(0, 10_000),
  route: func,
};

/**
 * @param {unknown} options
 * @throws {TypeError | RangeError} names the option
 */
export function checkSamplerOptions(options) {
  checkOptions("Sampler.start", options, checks);
}

/** @type {import("../core/check.js").Check} */
function checkVitals(value, name) {
  if (typeof value === "boolean") return;
  if (!Array.isArray(value)) return checkOptions(name, value, vitalsChecks);
  for (const [at, each] of value.entries()) checkOptions(`${name}[${at}]`, each, vitalsChecks);
}

/**
 * What to register with web-vitals; nothing outside of documents.
 * @param {SamplerOptions} options checked
 * @returns {readonly VitalsOptions[]}
 */
export function vitalsOf({ vitals = true }) {
  if (!globalThis.document || vitals === false) return [];
  return vitals === true ? [{}] : /** @type {VitalsOptions[]} */ ([vitals].flat());
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
