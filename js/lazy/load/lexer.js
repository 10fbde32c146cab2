import { init, parse } from "es-module-lexer/minimal";
import { resolve } from "../build/resolve.js";

/**
 * The URLs that a module imports statically. None when its text does not parse;
 * the import reports why.
 * @param {string} url @param {string} text
 * @returns {Promise<string[]>}
 */
export async function importsOf(url, text) {
  await init();
  try {
    const [imports] = parse(text);
    return imports.flatMap(({ n, d }) => (n !== undefined && d === -1 ? dependency(n, url) : []));
  } catch {
    return [];
  }
}

/** @param {string} specifier @param {string} url */
function dependency(specifier, url) {
  try {
    return resolve(specifier, url);
  } catch {
    return []; // the import reports it
  }
}
