import {
  abortSignal,
  boolean,
  func,
  integerIn,
  numberIn,
  oneOf,
  string,
} from "../../core/check.js";
import { hashesOf } from "../net/hashes.js";

/** @typedef {Record<string, import("../../core/check.js").Check>} Checks */

const ms = numberIn(0, Infinity);

/** @type {Checks} */
export const retrying = {
  budget: ms,
  delay: ms,
  maxDelay: ms,
  onretry: func,
  retries: (value, name) => value === Infinity || integerIn(0, 2 ** 32)(value, name),
  signal: abortSignal,
};

/** @type {import("../../core/check.js").Check} checked where it is used */
const any = () => {};

/** @type {import("../../core/check.js").Check} origins in the form of `location.origin` */
export function origins(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${value}`);
  for (const origin of value) {
    string(origin, name);
    if (!/^https?:\/\/[^/]+$/.test(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`${name} must be origins like "https://cdn.example", got "${origin}"`);
    }
  }
}

/** @type {Checks} */
export const load = {
  ...retrying,
  timeout: ms,
  priority: oneOf(["high", "low", "auto"]),
  integrity(value, name) {
    string(value, name);
    if (value && !hashesOf(value)) {
      throw new TypeError(`${name} must be like "sha384-…", got "${value.slice(0, 200)}"`);
    }
  },
  as: string, // routes.js checks which
  family: string,
  manifest: any,
  endpoints: any,
  hedge: boolean,
};

/**
 * The result for each kind of file that is not a module of the page.
 * @typedef {object} AssetTypes
 * @property {WebAssembly.Module} wasm
 * @property {CSSStyleSheet} css
 * @property {unknown} json
 * @property {Uint8Array} bytes
 * @property {HTMLImageElement} image
 * @property {FontFace} font
 * @property {Worker} worker
 */

/**
 * @typedef {import("../net/retry-loop.js").RetryOptions & {
 *   timeout?: number,
 *   priority?: RequestPriority,
 *   integrity?: string,
 *   as?: "module" | keyof AssetTypes,
 *   family?: string,
 *   manifest?: string | URL | object,
 *   endpoints?: (string | import("../net/endpoint-pool.js").Endpoint)[] | import("../net/endpoint-pool.js").EndpointPool,
 *   hedge?: boolean,
 * }} LazyOptions
 * `timeout`: for each request, ms; 10,000. `integrity`: as in HTML; code that does not match it never
 * runs (seal.js); "" also ignores the manifest's. `as`: the kind of file; default: by its extension,
 * else a module. `family`: name of a font. `manifest`: of the build, its URL or its content
 * (manifest.js). `endpoints`: base URLs, or an EndpointPool; the URL is then a path within each.
 * `hedge`: ask a second endpoint when the first is slow; true.
 */
