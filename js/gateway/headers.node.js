import { positionText } from "../sync/position.js";

/** @typedef {import("./values.node.js").Found} Found */

/**
 * How long shared caches keep values.
 * @typedef {object} Edge
 * @property {number} [maxAge] ms at most; default a day
 * @property {number} [staleWhileRevalidate] ms; default a minute
 */

/**
 * The names under which a CDN can purge a response: its key, the prefixes of the key that end with
 * ":" or "/", and its tags. Percent-encoded, so that no name can break a header or a list.
 * @param {string} key @param {string[]} tags
 */
export function purgeKeys(key, tags) {
  const prefixes = [...key.matchAll(/[:/]/g)].map(({ index }) => key.slice(0, index + 1));
  return [
    `k:${encodeURIComponent(key)}`,
    ...prefixes.map((prefix) => `p:${encodeURIComponent(prefix)}`),
    ...tags.map((tag) => `t:${encodeURIComponent(tag)}`),
  ];
}

/** @param {import("../sync/position.js").Position} version */
export const etag = (version) => `W/"${positionText(version)}"`;

/**
 * The headers of a value, or of a key that is known to have none.
 *
 * `Apus-As-Of` holds two positions, in the log of the key's bucket and in that of tags: every change
 * until then is part of the answer. Caches keep it, so a client can tell when a cached answer is
 * older than a change that it has heard of.
 * @param {string} key @param {Found} found
 * @param {{ edge: Edge, shared: boolean, now: number }} options shared: whether caches of many users
 *   may keep it
 */
export function valueHeaders(key, { stored, stale, from, asOf, tagsAsOf }, { edge, shared, now }) {
  const headers = new Headers({
    "apus-as-of": `${positionText(asOf)}, ${positionText(tagsAsOf)}`,
    "cache-status": `apus; ${from === "memory" ? "hit" : "fwd=miss"}${stale ? "; detail=stale" : ""}`,
    vary: "accept-encoding",
  });
  if (!stored) {
    headers.set("cache-control", "no-store");
    return headers;
  }
  headers.set("etag", etag(stored.version));
  headers.set("apus-tags", stored.tags.map(encodeURIComponent).join(","));
  const left = stored.expiresAt - now;
  if (left < Number.POSITIVE_INFINITY)
    headers.set("apus-ttl", String(Math.max(0, Math.round(left))));
  if (!shared) {
    headers.set("cache-control", "private, no-cache");
    return headers;
  }
  const { maxAge = 86_400_000, staleWhileRevalidate = 60_000 } = edge;
  const seconds = Math.max(0, Math.floor(Math.min(maxAge, left) / 1000));
  const revalidate = Math.floor(Math.min(staleWhileRevalidate, stored.staleFor) / 1000);
  const swr = revalidate ? `, stale-while-revalidate=${revalidate}` : "";
  // Browsers ask each time: their own levels lie in the page. Caches of many users keep it.
  headers.set("cache-control", `public, max-age=0, s-maxage=${seconds}${swr}`);
  headers.set("cdn-cache-control", `max-age=${seconds}${swr}`);
  const names = purgeKeys(key, stored.tags);
  headers.set("surrogate-key", names.join(" "));
  headers.set("xkey", names.join(" "));
  headers.set("cache-tag", names.join(","));
  return headers;
}
