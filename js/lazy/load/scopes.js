/**
 * @typedef {Record<string, string>} Imports
 * @typedef {[scope: string, imports: [key: string, address: string][]]} Scope
 */

/** The scopes of each import map that was seen. @type {WeakMap<Element, Scope[]>} */
const seen = new WeakMap();

/**
 * What the `scopes` of the page's import maps say about an import. (import.meta.resolve() answers
 * for the module that calls it, and knows no other.) O(the maps' scopes).
 *
 * @see https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-module-specifier
 * @param {string} specifier @param {string} base URL of the importing module
 * @returns {string | undefined} a URL; `undefined` where no scope names the specifier
 */
export function scoped(specifier, base) {
  const maps = globalThis.document?.querySelectorAll("script[type=importmap]") ?? [];
  const scopes = [...maps]
    .flatMap(scopesOf)
    .filter(([scope]) => scope === base || (scope.endsWith("/") && base.startsWith(scope)))
    .sort(([a], [b]) => b.length - a.length);
  const wanted = normal(specifier, base);
  for (const [, imports] of scopes) {
    for (const [key, address] of imports) {
      if (key === wanted) return address;
      if (key.endsWith("/") && wanted.startsWith(key)) {
        return new URL(wanted.slice(key.length), address).href;
      }
    }
  }
  return undefined;
}

/** @param {Element} map */
function scopesOf(map) {
  let scopes = seen.get(map);
  if (scopes) return scopes;
  scopes = [];
  const base = document.baseURI;
  try {
    const given = JSON.parse(map.textContent ?? "").scopes ?? {};
    for (const [scope, imports] of Object.entries(/** @type {Record<string, Imports>} */ (given))) {
      const pairs = Object.entries(imports).map(([key, address]) => {
        return /** @type {[string, string]} */ ([normal(key, base), new URL(address, base).href]);
      });
      pairs.sort(([a], [b]) => b.length - a.length);
      scopes.push([new URL(scope, base).href, pairs]);
    }
  } catch {
    // The browser reports a malformed map.
  }
  seen.set(map, scopes);
  return scopes;
}

/** A specifier as import maps compare it: a URL where it is one. @param {string} specifier @param {string} base */
function normal(specifier, base) {
  try {
    return new URL(specifier, /^\.{0,2}\//.test(specifier) ? base : undefined).href;
  } catch {
    return specifier;
  }
}
