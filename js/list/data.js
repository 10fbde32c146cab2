import { integerIn } from "../core/check.js";
import { Pages } from "./pages.js";

/** @typedef {[at: number, removed: number, inserted: number]} Splice */

/**
 * The data of a list: an array of items, or the pages of a source.
 * @template Item
 */
export class ListData {
  /** @type {readonly Item[]} */
  #items = [];
  /** @type {import("./pages.js").Source<Item> | undefined} */
  #source;
  /** @type {Pages<Item> | undefined} */
  #pages;
  #listener;

  /** @param {import("./pages.js").Listener} listener to the source's pages */
  constructor(listener) {
    this.#listener = listener;
  }

  get length() {
    return this.#pages ? this.#pages.length : this.#items.length;
  }

  get items() {
    return this.#items;
  }

  get source() {
    return this.#source;
  }

  /**
   * The item; `undefined` until a source has loaded it.
   * @param {number} index
   */
  get(index) {
    return this.#pages ? this.#pages.get(index) : this.#items[index];
  }

  /** @param {number} index @returns {"ready" | "loading" | "error"} */
  state(index) {
    return this.#pages ? this.#pages.state(index) : "ready";
  }

  /** Whether the length is not known yet. */
  get open() {
    return Boolean(this.#pages?.open);
  }

  /** Pages of a source that have arrived so far: it changes when more rows can be read. */
  get arrivals() {
    return this.#pages ? this.#pages.arrivals : 0;
  }

  /** The nearest row from `index` on that can be read without loading it, or -1. @param {number} index @param {boolean} backwards */
  nearest(index, backwards = false) {
    return this.#pages ? this.#pages.nearest(index, backwards) : index;
  }

  /** Loads a row, wherever the window is. @param {number} index @param {AbortSignal} signal @returns {Promise<void>} */
  async read(index, signal) {
    await this.#pages?.read(index, signal);
  }

  /** Grows a list of unknown length up to a row that exists. @param {number} index */
  reach(index) {
    this.#pages?.reach(index);
  }

  /** @param {number} index @param {string} name @throws {RangeError} unless the list has that row */
  check(index, name) {
    integerIn(0, this.length - 1)(index, name);
  }

  /** Reports the rendered rows: a source stops fetching others. @param {number} start @param {number} end */
  window(start, end) {
    this.#pages?.window(start, end);
  }

  /** Fetches the page of a failed row again. @param {number} index */
  retry(index) {
    this.#pages?.retry(index);
  }

  /** Replaces the items. @param {readonly Item[]} items @returns {Splice} the rows that this changes */
  setItems(items) {
    const { length } = this;
    const old = this.#pages ? [] : this.#items;
    this.setSource(undefined);
    this.#items = items;
    const [at, removed, inserted] = difference(old, items);
    return [at, length - old.length + removed, inserted];
  }

  /**
   * Sets or removes the source.
   * @param {import("./pages.js").Source<Item> | undefined} source
   * @returns {Splice} the rows that this changes
   * @throws {TypeError | RangeError} for an invalid source; nothing changed
   */
  setSource(source) {
    const { length } = this;
    const pages = source && new Pages(source, this.#listener);
    this.#pages?.dispose();
    this.#pages = pages;
    this.#source = source;
    this.#items = [];
    return [0, length, this.length];
  }

  /**
   * Replaces rows: changes items in place, fetches pages again.
   * @param {number} at @param {number} removed
   * @param {readonly Item[] | number} inserted items; for a source, their number
   * @returns {Splice}
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    integerIn(0, this.length)(at, "splice: at");
    integerIn(0, this.length - at)(removed, "splice: removed");
    const more = typeof inserted === "number" ? inserted : inserted.length;
    if (this.#pages) this.#pages.splice(at, removed, more);
    else {
      spliceItems(
        /** @type {Item[]} */ (this.#items),
        at,
        removed,
        /** @type {readonly Item[]} */ (inserted),
      );
    }
    return [at, removed, more];
  }
}

/**
 * The splice that turns `old` into `next`: everything except the equal items at
 * both ends, compared by identity. One comparison for each equal item.
 * @param {readonly unknown[]} old @param {readonly unknown[]} next @returns {Splice}
 */
function difference(old, next) {
  const most = Math.min(old.length, next.length);
  let head = 0;
  while (head < most && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
  return [head, old.length - head - tail, next.length - head - tail];
}

/**
 * `items.splice`, also for more items than a call can take as arguments.
 * @template Item
 * @param {Item[]} items @param {number} at @param {number} removed @param {readonly Item[]} inserted
 */
function spliceItems(items, at, removed, inserted) {
  if (inserted.length < 10_000) {
    items.splice(at, removed, ...inserted);
    return;
  }
  const after = items.splice(at).slice(removed);
  for (const item of inserted) items.push(item);
  for (const item of after) items.push(item);
}
