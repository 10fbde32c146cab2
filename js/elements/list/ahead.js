import { search } from "../../list/search.js";
import { textAt } from "./text.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

/**
 * Type-ahead: the next row that begins with what was typed, among the rows that have loaded. The
 * page works meanwhile.
 * @param {ListView} view @param {string} typed
 * @param {number} from the row to begin at
 * @param {AbortSignal} signal ends it
 * @returns {Promise<number>} -1 without such a row, or when it was ended
 */
export async function ahead(view, typed, from, signal) {
  const { data, splicers } = view;
  const text = typed.toLowerCase();
  const begins = (/** @type {number} */ index) =>
    textAt(view, index).trimStart().toLowerCase().startsWith(text);
  try {
    const { index } = await search(data, splicers, begins, { from: from % data.length, signal });
    return index;
  } catch (error) {
    if (signal.aborted) return -1;
    throw error;
  }
}
