/**
 * The URL that `import()` would load.
 * @param {string | URL} specifier
 * @param {string | undefined} [base] of relative specifiers; default: the page
 * @returns {string}
 * @throws {TypeError} when it is not a URL, or a bare name missing from the import map
 */
export function resolve(
  specifier,
  base = globalThis.document?.baseURI ?? globalThis.location?.href,
) {
  let text = String(specifier);
  if (/^\.{0,2}\//.test(text)) text = new URL(text, base).href;
  try {
    const { href } = new URL(text);
    // Import maps may map URLs too. But no later map can map one that was resolved.
    if (!globalThis.document?.querySelector("script[type=importmap]")) return href;
  } catch {
    // a bare name
  }
  try {
    const { resolve } = import.meta; // bundlers warn of a call
    return resolve(text);
  } catch {
    try {
      return new URL(text).href;
    } catch {
      throw new TypeError(`"${text}" is neither a URL nor in the import map`);
    }
  }
}
