/**
 * How long the HTTP cache answers import() without asking the server, after it has this response to a
 * fetch() of the same URL (RFC 9111, 4.2.1). O(the headers' length).
 *
 * @param {Response} response headers that the page may not read count as missing
 * @param {number} now ms since 1970
 * @returns {number} ms; 0 or less where import() may ask again: the response may not be kept, is stale, does not
 *   say how long it is fresh, is kept for fetch() only, or came by a redirect, which is asked for again
 */
export function freshness({ headers, redirected }, now) {
  const get = (/** @type {string} */ name) => headers.get(name) ?? "";
  const control = get("cache-control");
  // The two requests differ in the headers Sec-Fetch-Dest and Referer.
  if (redirected || /no-(store|cache)|\*|sec-|referer/i.test(control + get("vary"))) return 0;
  const age = /max-age="?(\d+)/i.exec(control);
  return age ? 1000 * (+age[1] - +get("age")) : Date.parse(get("expires")) - now || 0;
}
