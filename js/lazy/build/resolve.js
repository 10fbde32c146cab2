/**
 * The URL that `import()` would load.
 * @param {string | URL} specifier
 * @param {string | undefined} [base] of relative specifiers; the page
 * @returns {string}
 * @throws {TypeError} when it does not parse, or is bare and in no import map
 */
export function resolve(
  specifier,
  base = globalThis.document?.baseURI ?? globalThis.location?.href,
) {
  let text = String(specifier);
  if (/^\.{0,2}\//.test(text)) text = new URL(text, base).href;
  try {
    // The page's import map; it may name URLs, too.
    return import.meta.resolve(text);
  } catch {
    try {
      return new URL(text).href;
    } catch {
      throw new TypeError(`"${text}" is neither a URL nor in the import map`);
    }
  }
}
