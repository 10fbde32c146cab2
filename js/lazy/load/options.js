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
export const patience = {
  budget: ms,
  delay: ms,
  maxDelay: ms,
  onretry: func,
  retries: (value, name) => value === Infinity || integerIn(0, 2 ** 32)(value, name),
  signal: abortSignal,
};

/** @type {import("../../core/check.js").Check} */
const any = () => {};

/** @type {import("../../core/check.js").Check} origins as `location.origin` writes them */
export function origins(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${value}`);
  for (const origin of value) {
    string(origin, name);
    if (!/^https?:\/\/[^/]+$/.test(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`${name} must hold origins like "https://cdn.example", got "${origin}"`);
    }
  }
}

/** @type {Checks} */
export const load = {
  ...patience,
  timeout: ms,
  priority: oneOf(["high", "low", "auto"]),
  integrity(value, name) {
    string(value, name);
    if (value && !hashesOf(value)) {
      throw new TypeError(`${name} must be hashes like "sha384-…", got "${value.slice(0, 200)}"`);
    }
  },
  as: string, // routes.js knows which
  family: string,
  manifest: any,
  endpoints: any,
  hedge: boolean,
};

/**
 * @typedef {import("../net/retry-loop.js").Patience & {
 *   timeout?: number,
 *   priority?: RequestPriority,
 *   integrity?: string,
 *   as?: "module" | "wasm" | "css" | "json" | "bytes" | "image" | "font",
 *   family?: string,
 *   manifest?: string | URL | object,
 *   endpoints?: (string | import("../net/endpoint-pool.js").Endpoint)[] | import("../net/endpoint-pool.js").EndpointPool,
 *   hedge?: boolean,
 * }} LazyOptions
 * `timeout` bounds each request, ms; 10,000. `integrity` as in HTML: what runs is what was checked,
 * or it is refused (seal.js); "" also leaves out the manifest's. `as`: the kind of file;
 * default: by its extension, else a module. `family`: of a font. `manifest`: of the build, its URL
 * or its content (manifest.js). `endpoints`: base URLs, or an EndpointPool; the URL is then a path
 * within each. `hedge`: ask a second endpoint when the first is slow; true.
 */
