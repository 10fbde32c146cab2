/**
 * Fetches a WASM file; in Node, where `fetch` cannot read `file:` URLs,
 * fetch.node.js replaces it.
 * @param {URL | string} url
 * @returns {Promise<Response>}
 */
export function fetchWasm(url) {
  return fetch(url, { credentials: "same-origin" });
}
