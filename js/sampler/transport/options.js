/** The transport's options, checked at start. */
import {
  boolean,
  checkOptions,
  duration,
  func,
  integerIn,
  oneOf,
  string,
} from "../../core/check.js";
import { bounded, withoutSecrets } from "./scrub.js";

/**
 * Where batches wait: a `Map`, or a persistent `Cache`.
 * @typedef {object} Shelf
 * @property {(key: string) => unknown} get
 * @property {(key: string, value: import("./queue.js").Waiting) => unknown} set
 * @property {(key: string) => unknown} delete
 * @property {() => Iterable<string>} keys
 */

/**
 * @typedef {object} TransportOptions
 * @property {"json" | "otlp"} [format] default `json`; `otlp` is OTLP/HTTP JSON with ExponentialHistograms
 * @property {string} [service] `service.name` of the batches; default: the page's host
 * @property {number} [every] ms between batches; default 30,000
 * @property {number} [timeout] ms for one request; default 10,000
 * @property {Shelf} [queue] where batches wait while the collector is unreachable; a persistent `Cache` keeps them
 *   across reloads; default: memory
 * @property {number} [maxQueueBytes] when the queue is full, the oldest batches are dropped; default 1,000,000
 * @property {Record<string, string>} [headers]
 * @property {import("./scrub.js").Scrub} [scrub] cleans every string that comes from the page: URLs, names of series
 *   and errors, tags, attributions, selectors; `undefined` drops it. Default: removes query strings, fragments,
 *   credentials and everything that looks like a token. At most 300 characters of a string are sent
 * @property {boolean} [compress] gzip, if the engine can; where the collector's CORS answer or a 415 forbids it, bodies
 *   are plain; default true
 * @property {RequestCredentials} [credentials] cookies and the like; default `omit`
 * @property {boolean} [userAgent] sends `navigator.userAgent`; default false
 * @property {boolean} [errorMessages] sends error messages, which may contain anything; default false
 * @property {boolean} [respectGpc] sends nothing if the visitor uses Global Privacy Control; default false
 * @property {typeof fetch} [fetch] default: the page's
 */

const checks = {
  format: oneOf(["json", "otlp"]),
  service: string,
  every: duration,
  timeout: duration,
  queue: checkShelf,
  maxQueueBytes: integerIn(0, Number.MAX_SAFE_INTEGER),
  headers: checkHeaders,
  scrub: func,
  compress: boolean,
  credentials: oneOf(["omit", "same-origin", "include"]),
  userAgent: boolean,
  errorMessages: boolean,
  respectGpc: boolean,
  fetch: func,
};

/**
 * @param {unknown} endpoint @param {TransportOptions} [given]
 * @throws {TypeError} names the field
 */
export function parseTransport(endpoint, given = {}) {
  checkOptions("transport", given, checks);
  const base = globalThis.location?.href;
  if (!(endpoint instanceof URL || typeof endpoint === "string") || !URL.canParse(endpoint, base)) {
    throw new TypeError(`endpoint must be a URL, got ${String(endpoint)}`);
  }
  const url = new URL(endpoint, base);
  if (!/^https?:$/.test(url.protocol))
    throw new TypeError(`endpoint must be http or https, got ${url}`);
  return {
    url: url.href,
    format: given.format ?? "json",
    service: given.service ?? globalThis.location?.hostname ?? "",
    every: given.every ?? 30_000,
    timeout: given.timeout ?? 10_000,
    queue: given.queue ?? /** @type {Shelf} */ (new Map()),
    maxQueueBytes: given.maxQueueBytes ?? 1_000_000,
    headers: given.headers ?? {},
    scrub: bounded(given.scrub ?? withoutSecrets),
    compress: given.compress ?? true,
    credentials: given.credentials ?? "omit",
    userAgent: given.userAgent ?? false,
    errorMessages: given.errorMessages ?? false,
    respectGpc: given.respectGpc ?? false,
    fetch: given.fetch ?? ((...args) => globalThis.fetch(...args)),
  };
}

/** @typedef {ReturnType<typeof parseTransport>} Transport */

/** @type {import("../../core/check.js").Check} */
function checkShelf(value, name) {
  for (const method of ["get", "set", "delete", "keys"]) {
    if (typeof value?.[method] !== "function")
      throw new TypeError(`${name}.${method} must be a function`);
  }
}

/** @type {import("../../core/check.js").Check} */
function checkHeaders(value, name) {
  if (value === null || typeof value !== "object") throw new TypeError(`${name} must be an object`);
  for (const [header, text] of Object.entries(value)) string(text, `${name}.${header}`);
}
