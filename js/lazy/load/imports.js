import { loadChunk } from "../net/load-chunk.js";

/** What every static import has in common. A comment or a string may have it too. */
const importing = /\bimport\b(?!\s*[.(])|\bfrom\s*["'/]/;

/**
 * The URLs that a module imports statically. The lexer is loaded for the first module that may have
 * imports; most pages have only modules without any.
 * @param {string} url @param {string} text
 * @returns {Promise<string[]>} none when the lexer cannot be loaded: the import fetches them
 */
export async function importsOf(url, text) {
  if (!importing.test(text)) return [];
  try {
    const lexer = await loadChunk(import.meta.url, () => import("./lexer.js"));
    return await lexer.importsOf(url, text);
  } catch {
    return [];
  }
}
