/** Removes the parts of strings that must not leave the page. */

/** @typedef {(text: string) => string | undefined} Scrub returns the text to send; `undefined` drops it */

const kept = 300; // characters of any string
const read = 2000; // characters that the default examines, to stay fast
const remembered = 500; // strings, of as many characters at most

// Each with its replacement; the order matters. A value that a visitor typed may hold anything, so what follows
// it goes as well.
const secrets = /** @type {[RegExp, any][]} a string or a function */ ([
  [/\bdata:[^,\s]*,.*/is, "data:"],
  [/\b(blob|javascript):\S*/gi, "$1:"],
  [/\/\/[^/@\s]*@/g, "//"], // credentials
  [/[\w.+-]{1,64}(@|%40)[\w-]+(\.[\w-]+)+/g, "…"], // an e-mail address
  [/(\?|%3f)[^\s=]{0,200}(=|%3d).*/is, ""], // a query with values
  [/(\?|%3f|%23)\S*/gi, ""], // a query, also an encoded one
  [/#(!|\/|[^\s#=[]*=).*/s, ""], // a route, or a fragment with values
  [/(\/|\.[a-z]\w{1,4}(?=#))([^\s#]*)#\S*/gi, "$1$2"], // the fragment of a URL; the #id of a selector stays
  [/\beyJ[\w-]{8,}(\.[\w-]*)*/g, "…"], // a JSON Web Token
  [/\b(Bearer|Basic)\s+\S+/gi, "$1 …"],
  [
    /((token|secret|passwd|password|credential|signature|session|api[_-]?key)\w*["']\s*:\s*["']?)[^\s"',;&]+/gi,
    "$1…",
  ],
  // Quoted text; the keys of JSON stay.
  [/("[^"]*"\s*:)|"[^"]*"?/g, (/** @type {string} */ _, key = '"…"') => key],
  [/(^|\W)'[^']*'(?!\w)/g, "$1'…'"],
  [/“[^”]*”?|«[^»]*»?|`[^`]*`?/g, "…"],
  [/\[([\w-]+)[~|^$*]?=[^\]]*\]/g, "[$1]"], // an attribute of a selector
  [/([\w\])])\s*=(?![=>]).*/s, "$1=…"], // a value
]);

/**
 * The default: removes query strings, fragments, credentials, the content of `data:` and `blob:`
 * URLs, e-mail addresses, quoted text, values after `=`, and everything that looks like a token.
 * Paths stay, as do ids and classes in selectors.
 * @type {Scrub}
 */
export function withoutSecrets(text) {
  if (/^[a-z.-]{0,31}$/.test(text)) return text; // most names of series; the patterns cost more at a start
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
 * and the first error is reported. Batches repeat their strings, so the hook is asked once for each.
 * @param {Scrub} scrub
 * @returns {Scrub} never throws
 */
export function bounded(scrub) {
  let reported = false;
  /** @type {Map<string, string | undefined>} */
  const known = new Map();
  return (text) => {
    if (known.has(text)) return known.get(text);
    try {
      const scrubbed = scrub(text);
      const left = typeof scrubbed === "string" ? scrubbed.slice(0, kept) : undefined;
      if (known.size < remembered && text.length < remembered) known.set(text, left);
      return left;
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
