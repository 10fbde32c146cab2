/** Removes the parts of strings that must not leave the page. */

/** @typedef {(text: string) => string | undefined} Scrub returns the text to send; `undefined` drops it */

const kept = 300; // characters of any string
const read = 2000; // characters that the default examines, to stay fast

// Each with its replacement; the order matters.
const secrets = /** @type {const} */ ([
  [/\bdata:[^,\s]*,.*/is, "data:"],
  [/\b(blob|javascript):\S*/gi, "$1:"],
  [/\/\/[^/@\s]*@/g, "//"], // credentials
  [/(^|\s)([^\s?:]*)\?[\w.-]+=.*/s, "$1$2"], // a query of a relative URL that code wrote, also with spaces
  [/(\?|%3f|%23)\S*/gi, ""], // a query, also an encoded one
  [/(\/|\.[a-z]\w{1,4}(?=#))([^\s#]*)#\S*/gi, "$1$2"], // the fragment of a URL; the #id of a selector stays
  [/#(!|\/|[^\s#=]*=)\S*/g, ""], // a route, or a fragment with values
  [/\beyJ[\w-]{8,}(\.[\w-]*)*/g, "…"], // a JSON Web Token
  [/\b(Bearer|Basic)\s+\S+/gi, "$1 …"],
  [
    /((token|secret|passwd|password|credential|signature|session|api[_-]?key)\w*(\s*=|["']\s*:)\s*["']?)[^\s"',;&]+/gi,
    "$1…",
  ],
]);

/**
 * The default: removes query strings, fragments, credentials, the content of `data:` and `blob:`
 * URLs, and everything that looks like a token. Paths stay, as do ids and classes in selectors.
 * @type {Scrub}
 */
export function withoutSecrets(text) {
  let left = text.slice(0, read);
  for (const [pattern, replacement] of secrets) left = left.replace(pattern, replacement);
  return left.replace(/[\w-]{32,}/g, (word) => (isRandom(word) ? "…" : word));
}

/** Names are words with dashes. Keys mix digits with letters of both cases, or have no dashes. @param {string} word */
function isRandom(word) {
  if (!/\d/.test(word) || !/[a-z]/i.test(word)) return false;
  return /^[a-z0-9]+$/i.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word));
}

/**
 * Guards a page's hook: its result is cut to 300 characters; when it throws, the string is dropped
 * and the first error is reported.
 * @param {Scrub} scrub
 * @returns {Scrub} never throws
 */
export function bounded(scrub) {
  let reported = false;
  return (text) => {
    try {
      const left = scrub(text);
      return typeof left === "string" ? left.slice(0, kept) : undefined;
    } catch (error) {
      if (!reported) globalThis.reportError?.(error);
      reported = true;
      return undefined;
    }
  };
}

/**
 * Plain data with every string in it scrubbed.
 * @param {unknown} data @param {Scrub} scrub
 * @returns {unknown}
 */
export function scrubbed(data, scrub) {
  if (typeof data === "string") return scrub(data);
  if (Array.isArray(data)) return data.map((each) => scrubbed(each, scrub));
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, scrubbed(value, scrub)]),
  );
}
