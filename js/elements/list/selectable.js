import { ListAttributes } from "./attributes.js";
import { ListView } from "./view.js";
import { views } from "./views.js";

/** The view of a list, made at the first call. @param {HTMLElement} host @returns {ListView<any>} */
export function viewOf(host) {
  const view = views.get(host) ?? new ListView(host);
  views.set(host, view);
  return view;
}

/**
 * The part of a list's API that selects and finds rows.
 * @template [Item=unknown]
 */
export class SelectableList extends ListAttributes {
  /** The selected rows: [start, end) each, ascending. They follow splices. O(ranges). */
  get selected() {
    return viewOf(this).selected.ranges;
  }

  /** O(log ranges). @param {number} index */
  isSelected(index) {
    return viewOf(this).selected.has(index);
  }

  /**
   * Selects these rows and no others, without an event. O(ranges).
   * @param {Iterable<import("../../list/intervals.js").Range>} ranges in any order
   * @throws {TypeError | RangeError} for rows that do not exist, or too many; nothing changed
   */
  select(ranges) {
    const { selected, data, selecting } = viewOf(this);
    selected.replace(ranges, data.length, this.selection === "single");
    selecting?.mark();
  }

  clearSelection() {
    this.select([]);
  }

  /**
   * Scrolls to the next item whose text contains `query` (or for which it returns true); without
   * arguments, to the next match of the last query. Asks a source that has `find()`, of others it
   * loads up to `maxPages` pages. The promise rejects with `INCOMPLETE` when nothing matched but
   * rows were skipped, with the reason of `signal`, or when a later search began.
   * @param {string | ((item: Item, index: number) => boolean)} [query]
   * @param {import("../../list/search.js").FindOptions} [options]
   * @returns {Promise<number>} its index; -1 when no row matches
   */
  find(query, options) {
    const view = viewOf(this);
    view.search?.abort();
    const search = new AbortController();
    view.search = search;
    const found = import("./find.js").then(({ find }) => find(view, search, query, options));
    found.catch(() => {}); // the `find` event reports it too
    return found;
  }
}
