/**
 * Fetches a WASM file; in Node, where `fetch` cannot read `file:` URLs,
 * fetch.node.js stands in its place.
 * @param {URL | string} url
 * @returns {Promise<Response>}
 */
export function fetchWasm(url) {
  return fetch(url, { credentials: "same-origin" });
}
