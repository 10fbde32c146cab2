import { matcher } from "../cache/match.js";
import { lifetime } from "../cache/options.js";
import { boolean, checkOptions, integerIn, numberIn, oneOf } from "../core/check.js";

/** @typedef {"cache-first" | "network-first" | "stale-while-revalidate" | "network-only" | "cache-only"} StrategyName */

/**
 * Which requests: a glob of the path for this origin ("/api/**") or of the whole address
 * ("https://…"), a RegExp of the address, or a function.
 * @typedef {string | RegExp | ((asked: { url: URL, request: Request }) => unknown)} Match
 */

/**
 * @typedef {object} RouteOptions
 * @property {string} [cache] the name of the cache; default `responses`. Routes may share one
 * @property {string[] | ((response: Response, request: Request) => string[])} [tags] of a kept
 *   response, with those of its header `Apus-Tags`
 * @property {number} [ttl] ms for which a response is served from the cache; default: for ever
 * @property {number} [maxBytes] of the cache: bodies and headers before compression; default: no limit
 * @property {number} [maxEntries] of the cache; default: no limit
 * @property {string | URL} [gateway] the base of an Apus gateway, such as "/apus/": what was
 *   invalidated in its log is not served, also when that happened while the worker slept
 * @property {string} [fallback] a page that is kept at installation, and served when there is
 *   neither a kept response nor a network
 * @property {number} [networkTimeout] ms after which `network-first` serves the kept response
 * @property {boolean} [navigationPreload] starts the request of a page while the worker starts
 * @property {boolean} [perBuild] keeps the responses of each `build` in a cache of its own
 *   (`name@id`), which goes when a worker of another build takes over
 * @property {boolean} [opaque] keeps opaque responses too; each is charged 7 MiB
 */

/** @type {readonly StrategyName[]} */
export const strategies = [
  "cache-first",
  "network-first",
  "stale-while-revalidate",
  "network-only",
  "cache-only",
];

/** @type {import("../core/check.js").Check} */
export function text(value, name) {
  if (typeof value !== "string" || value === "")
    throw new TypeError(`${name} must be a non-empty string, got ${String(value)}`);
}

/** @type {import("../core/check.js").Check} */
function tags(value, name) {
  if (typeof value === "function") return;
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array or a function`);
  for (const tag of value) checkTag(tag, `${name}: a tag`);
}

/** @type {import("../core/check.js").Check} */
function address(value, name) {
  if (!URL.canParse(value, location.href))
    throw new TypeError(`${name} must be a URL, got ${value}`);
}

/** @type {import("../core/check.js").Check} */
export function checkTag(tag, name) {
  text(tag, name);
  if (tag.includes("\0")) throw new TypeError(`${name} must not contain NUL`);
}

/** @type {Record<keyof RouteOptions, import("../core/check.js").Check>} */
const checks = {
  cache: text,
  tags,
  ttl: lifetime,
  maxBytes: integerIn(1, Number.MAX_SAFE_INTEGER),
  maxEntries: integerIn(1, Number.MAX_SAFE_INTEGER),
  gateway: address,
  fallback: text,
  networkTimeout: numberIn(0, 2 ** 31 - 1),
  navigationPreload: boolean,
  opaque: boolean,
  perBuild: boolean,
};

const checkStrategy = oneOf(strategies);

/** @param {unknown} strategy @param {RouteOptions} options */
export function checkRoute(strategy, options) {
  checkStrategy(strategy, "route: strategy");
  checkOptions("route", options, checks);
  if (options.networkTimeout !== undefined && strategy !== "network-first")
    throw new TypeError("route: networkTimeout is an option of network-first alone");
}

/**
 * @param {Match} match @returns {(asked: { url: URL, request: Request }) => unknown}
 * @throws {TypeError} naming `match`; `BAD_GLOB`
 */
export function matching(match) {
  if (typeof match === "function") return match;
  if (match instanceof RegExp) {
    const matches = matcher(match);
    return ({ url }) => matches(url.href, undefined);
  }
  text(match, "route: match");
  const matches = matcher(match);
  if (/^https?:/.test(match)) return ({ url }) => matches(url.origin + url.pathname, undefined);
  if (!match.startsWith("/"))
    throw new TypeError(`route: match must begin with "/" or be an address, got "${match}"`);
  return ({ url }) => url.origin === location.origin && matches(url.pathname, undefined);
}
