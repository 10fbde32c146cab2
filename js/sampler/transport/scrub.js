/** What of a string may leave the page. */

/** @typedef {(text: string) => string | undefined} Scrub `undefined`: nothing of it */

const kept = 300; // characters of any string
const read = 2000; // characters that the default looks at, so that it takes no time

// Each with what stands in its place; in this order.
const secrets = /** @type {const} */ ([
  [/\bdata:[^,\s]*,.*/is, "data:"],
  [/\b(blob|javascript):\S*/gi, "$1:"],
  [/\/\/[^/@\s]*@/g, "//"], // credentials
  [/(\?|%3f|%23)\S*/gi, ""], // a query, and one that is encoded
  [/(^|[\s"'(])((\S*:\/\/|\.{0,2}\/)[^\s#]*)#\S*/g, "$1$2"], // a URL's fragment; a selector's #id stays
  [/#[^\s#=]*=\S*/g, ""], // a fragment with values
  [/\beyJ[\w-]{8,}(\.[\w-]*)*/g, "…"], // a JSON Web Token
  [/\b(Bearer|Basic)\s+\S+/gi, "$1 …"],
  [
    /((token|secret|passwd|password|credential|signature|session|api[_-]?key)\w*(\s*=|["']\s*:)\s*["']?)[^\s"',;&]+/gi,
    "$1…",
  ],
]);

/**
 * The default: without query strings, fragments, credentials, the content of `data:` and `blob:`
 * URLs, and what looks like a token. Paths stay, and so do ids and classes in selectors.
 * @type {Scrub}
 */
export function withoutSecrets(text) {
  let left = text.slice(0, read);
  for (const [pattern, stands] of secrets) left = left.replace(pattern, stands);
  return left.replace(/[\w-]{32,}/g, (word) => (isRandom(word) ? "…" : word));
}

/** Names are words, with dashes; keys mix digits with letters of both cases, or have no dashes. @param {string} word */
function isRandom(word) {
  if (!/\d/.test(word) || !/[a-z]/i.test(word)) return false;
  return /^[a-z0-9]+$/i.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word));
}

/**
 * A page's hook, bounded: what it gives is cut, and what it throws is reported
 * once and sends nothing.
 * @param {Scrub} scrub
 * @returns {Scrub} never throws
 */
export function bounded(scrub) {
  let told = false;
  return (text) => {
    try {
      const left = scrub(text);
      return typeof left === "string" ? left.slice(0, kept) : undefined;
    } catch (error) {
      if (!told) globalThis.reportError?.(error);
      told = true;
      return undefined;
    }
  };
}

/**
 * Plain data with every string in it scrubbed.
 * @param {unknown} data @param {Scrub} scrub
 * @returns {any}
 */
export function scrubbed(data, scrub) {
  if (typeof data === "string") return scrub(data);
  if (Array.isArray(data)) return data.map((each) => scrubbed(each, scrub));
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, scrubbed(value, scrub)]),
  );
}
