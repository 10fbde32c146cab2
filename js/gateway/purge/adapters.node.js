import { retryAfter } from "../../core/waits.js";

/**
 * How a CDN forgets responses by the names that the gateway gave them (headers.node.js).
 * @typedef {object} PurgeAdapter
 * @property {string} name of its place in the log; keep it when the gateway restarts
 * @property {number} batch names of a call at most
 * @property {number} [perMinute] calls; default: no limit
 * @property {(names: string[], signal: AbortSignal) => Promise<unknown>} purge
 * @property {(signal: AbortSignal) => Promise<unknown>} purgeAll
 */

/** A call that failed; it is tried again. */
export class PurgeError extends Error {
  /** @param {string} message @param {number} [retryAfter] ms to wait, if the CDN said so */
  constructor(message, retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/**
 * Varnish with its module `xkey` and the configuration apus.vcl.
 * @param {{ urls: string[] }} options every Varnish; its `purgers` must include this gateway
 * @returns {PurgeAdapter}
 */
export function varnish({ urls }) {
  if (!Array.isArray(urls) || urls.length === 0 || !urls.every((url) => URL.canParse(url))) {
    throw new TypeError("varnish: urls must be a list of URLs");
  }
  const all = (/** @type {RequestInit} */ init) => Promise.all(urls.map((url) => call(url, init)));
  return {
    name: "varnish",
    batch: 50, // a header of Varnish may have 8 KB
    purge: (names, signal) =>
      all({ method: "PURGE", headers: { "apus-purge": names.join(" ") }, signal }),
    purgeAll: (signal) => all({ method: "BAN", signal }),
  };
}

/**
 * Fastly: 256 surrogate keys a call.
 * Source: https://www.fastly.com/documentation/reference/api/purging/
 * @param {{ service: string, token: string, url?: string }} options
 * @returns {PurgeAdapter}
 */
export function fastly({ service, token, url = "https://api.fastly.com" }) {
  texts("fastly", { service, token });
  const headers = { "fastly-key": token, accept: "application/json" };
  const post = (
    /** @type {string} */ path,
    /** @type {object | undefined} */ body,
    /** @type {AbortSignal} */ signal,
  ) =>
    call(`${url}/service/${encodeURIComponent(service)}/${path}`, {
      ...{ method: "POST", signal, body: body && JSON.stringify(body) },
      headers: body ? { ...headers, "content-type": "application/json" } : headers,
    });
  return {
    name: `fastly:${service}`,
    batch: 256,
    purge: (names, signal) => post("purge", { surrogate_keys: names }, signal),
    purgeAll: (signal) => post("purge_all", undefined, signal),
  };
}

/**
 * Cloudflare: 100 cache tags a call; free plans may make 5 calls a minute.
 * Source: https://developers.cloudflare.com/cache/how-to/purge-cache/
 * @param {{ zone: string, token: string, perMinute?: number, url?: string }} options
 * @returns {PurgeAdapter}
 */
export function cloudflare({ zone, token, perMinute = 5, url = "https://api.cloudflare.com" }) {
  texts("cloudflare", { zone, token });
  const post = (/** @type {object} */ body, /** @type {AbortSignal} */ signal) =>
    call(`${url}/client/v4/zones/${encodeURIComponent(zone)}/purge_cache`, {
      ...{ method: "POST", signal, body: JSON.stringify(body) },
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
  return {
    name: `cloudflare:${zone}`,
    batch: 100,
    perMinute,
    purge: (names, signal) => post({ tags: names }, signal),
    purgeAll: (signal) => post({ purge_everything: true }, signal),
  };
}

/** @param {string} url @param {RequestInit} init */
async function call(url, init) {
  const response = await fetch(url, { ...init, redirect: "error" });
  await response.body?.cancel();
  if (response.ok) return;
  const after = retryAfter(response.headers) || undefined;
  throw new PurgeError(`${new URL(url).host} answered ${response.status}`, after);
}

/** @param {string} where @param {Record<string, unknown>} values */
function texts(where, values) {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "string" || !value)
      throw new TypeError(`${where}: ${name} must be a string`);
  }
}
