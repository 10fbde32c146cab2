/**
 * The URL that `import()` would load.
 * @param {string | URL} specifier
 * @returns {string}
 * @throws {TypeError} when it does not parse, or is bare and in no import map
 */
export function resolve(specifier) {
  const text = String(specifier);
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (/^\.{0,2}\//.test(text)) return new URL(text, base).href;
  if (URL.canParse(text)) return text;
  try {
    return import.meta.resolve(text); // through the page's import map
  } catch (cause) {
    throw new TypeError(`"${text}" is neither a URL nor a specifier of the import map`, { cause });
  }
}
