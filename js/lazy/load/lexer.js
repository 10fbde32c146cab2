import { init, parse } from "es-module-lexer/minimal";
import { resolve } from "../build/resolve.js";
import { scoped } from "./scopes.js";

/**
 * @param {string} text of a module
 * @returns {Promise<ReturnType<typeof parse>[0]>} everything in it that starts with `import`, and re-exports
 * @throws when it does not parse
 */
export async function parsed(text) {
  await init();
  return parse(text)[0];
}

/**
 * The URLs that a module imports statically. None when its text does not parse;
 * the import reports why.
 * @param {string} url @param {string} text
 * @returns {Promise<string[]>}
 */
export async function importsOf(url, text) {
  try {
    const imports = await parsed(text);
    return imports.flatMap(({ n, d }) => (n !== undefined && d === -1 ? dependency(n, url) : []));
  } catch {
    return [];
  }
}

/**
 * The URL that a module's import stands for.
 * @param {string} specifier @param {string} url of the module
 * @throws {TypeError} as resolve()
 */
export const urlOf = (specifier, url) => scoped(specifier, url) ?? resolve(specifier, url);

/** @param {string} specifier @param {string} url */
function dependency(specifier, url) {
  try {
    return urlOf(specifier, url);
  } catch {
    return []; // the import reports it
  }
}
