import { func, integerIn } from "../core/check.js";

/**
 * How a source searches.
 * @typedef {object} SourceFindOptions
 * @property {number} from the row to begin at
 * @property {boolean} backwards whether to search towards the first row
 * @property {AbortSignal} signal aborted when the answer is no longer wanted
 */

/**
 * Data that loads by pages. Leave `length` out when it is unknown (cursors):
 * the list then grows until a page is shorter than requested.
 *
 * `find` answers with the first match in row `from` or after it (with `backwards`: or before it),
 * else with -1; the list itself goes on round the end. Without it, a search loads pages. `headers`
 * answers with the ascending indexes of all sticky headers, and is asked again after each splice.
 * Without it, `isHeader` is asked about the rows that have loaded.
 *
 * A source that is an EventTarget reports rows that changed, came or went by its event `splice`, with
 * `detail: { at, removed, inserted }`.
 * @template [Item=unknown]
 * @typedef {object} Source
 * @property {number} [length]
 * @property {(start: number, end: number, signal: AbortSignal) => readonly Item[] | Promise<readonly Item[]>} getRange
 * @property {number} [pageSize] rows fetched at once; 100
 * @property {(query: string, options: SourceFindOptions) => number | Promise<number>} [find]
 * @property {() => ArrayLike<number> | Promise<ArrayLike<number>>} [headers]
 * @property {(type: "splice", listener: (event: Event) => void) => void} [addEventListener]
 */

/**
 * @template Item
 * @typedef {{ items?: readonly Item[], abort?: AbortController, failures: number, retry?: ReturnType<typeof setTimeout> }} Page
 */

/**
 * @typedef {object} Listener
 * @property {(start: number, end: number) => void} rebind rows [start, end) changed state
 * @property {(at: number, removed: number, inserted: number) => void} spliced the length changed
 */

/** Pages kept outside the window. */
const kept = 64;

/**
 * The pages of a source around a window. Fetches each page once, and cancels it
 * when the window moves past it. Retries a page (after 1, 2, 4 … 30 s, or by
 * `retry()`) that fails or has another number of items than requested.
 * @template Item
 */
export class Pages {
  #source;
  #size;
  #listener;
  /** @type {Map<number, Page<Item>>} */
  #pages = new Map();
  #length = 0;
  #open;
  /** Counts splices, so that a read notices them. */
  #version = 0;
  #start = 0;
  #end = 0;
  /** Pages that have arrived. */
  arrivals = 0;

  /**
   * @param {Source<Item>} source @param {Listener} listener
   * @throws {TypeError | RangeError} for an invalid source
   */
  constructor(source, listener) {
    func(source?.getRange, "source.getRange");
    if (source.find) func(source.find, "source.find");
    if (source.headers) func(source.headers, "source.headers");
    this.#source = source;
    this.#size = source.pageSize ?? 100;
    integerIn(1, 2 ** 20)(this.#size, "source.pageSize");
    this.#open = source.length === undefined;
    this.#length = source.length ?? this.#size;
    integerIn(0, 2 ** 32 - 2)(this.#length, "source.length");
    this.#listener = listener;
  }

  get length() {
    return this.#length;
  }

  /** Whether the end is not known yet. */
  get open() {
    return this.#open;
  }

  /** The item, or `undefined` until it has loaded; fetches its page. @param {number} index */
  get(index) {
    const number = Math.floor(index / this.#size);
    const page = this.#pages.get(number) ?? this.#load(number);
    return page.items?.[index - number * this.#size];
  }

  /** @param {number} index @returns {"ready" | "loading" | "error"} */
  state(index) {
    const page = this.#pages.get(Math.floor(index / this.#size));
    if (page?.items) return index % this.#size < page.items.length ? "ready" : "loading"; // short: the end
    return page?.failures ? "error" : "loading"; // also during a retry
  }

  /** Reports the rendered rows: cancels pages more than one away. @param {number} start @param {number} end */
  window(start, end) {
    this.#start = start;
    this.#end = end;
    const first = Math.floor(start / this.#size) - 1;
    const last = Math.floor(end / this.#size) + 1;
    let spare = this.#pages.size - kept;
    for (const [number, page] of this.#pages) {
      if (number >= first && number <= last) continue;
      if (page.items && spare-- <= 0) continue;
      this.#drop(number, page);
    }
  }

  /** The nearest loaded row from `index` on, or -1. O(loaded pages). @param {number} index @param {boolean} backwards */
  nearest(index, backwards) {
    let nearest = -1;
    for (const [number, { items }] of this.#pages) {
      if (!items) continue;
      const first = number * this.#size;
      const last = first + items.length - 1;
      const row = backwards ? Math.min(index, last) : Math.max(index, first);
      if (row < first || row > last) continue;
      if (nearest < 0 || (backwards ? row > nearest : row < nearest)) nearest = row;
    }
    return nearest;
  }

  /**
   * Loads the page of a row for a reader; the window does not cancel it.
   * @param {number} index @param {AbortSignal} signal
   * @returns {Promise<void>} rejects as `getRange` does
   */
  async read(index, signal) {
    const version = this.#version;
    const number = Math.floor(index / this.#size);
    const [start, end] = this.#bounds(number);
    const items = await this.#source.getRange(start, end, signal);
    if (version !== this.#version || signal.aborted || this.state(index) === "ready") return;
    /** @type {Page<Item>} */
    const page = { failures: 0 };
    this.#arrived(page, start, end, items);
    this.#drop(number, this.#pages.get(number));
    this.#pages.set(number, page);
    this.window(this.#start, this.#end);
    this.#listener.rebind(start, end);
  }

  /** Grows a list of unknown length up to a row that its source named. @param {number} index */
  reach(index) {
    if (this.#open) this.#grow(Math.max(this.#length, index + 1));
  }

  /** Fetches the page of a failed row again. @param {number} index */
  retry(index) {
    const number = Math.floor(index / this.#size);
    const page = this.#pages.get(number);
    if (!page || page.items || !page.failures) return;
    page.abort?.abort();
    page.failures = 0;
    this.#load(number);
  }

  /**
   * Rows were replaced at the source: fetches its pages from there on again.
   * @param {number} at @param {number} removed @param {number} inserted
   */
  splice(at, removed, inserted) {
    this.#version++;
    this.#length += inserted - removed;
    const first = Math.floor(at / this.#size);
    for (const [number, page] of this.#pages) if (number >= first) this.#drop(number, page);
  }

  /** Cancels all requests. */
  dispose() {
    this.#version++;
    for (const [number, page] of this.#pages) this.#drop(number, page);
  }

  /** @param {number} number @param {Page<Item> | undefined} page */
  #drop(number, page) {
    page?.abort?.abort();
    clearTimeout(page?.retry);
    this.#pages.delete(number);
  }

  /** The rows of a page. @param {number} number */
  #bounds(number) {
    const start = number * this.#size;
    const end = start + this.#size;
    return [start, this.#open ? end : Math.min(end, this.#length)];
  }

  /** @param {number} number @returns {Page<Item>} */
  #load(number) {
    const [start, end] = this.#bounds(number);
    const abort = new AbortController();
    const failures = this.#pages.get(number)?.failures ?? 0;
    clearTimeout(this.#pages.get(number)?.retry);
    /** @type {Page<Item>} */
    const page = { abort, failures };
    this.#pages.set(number, page);
    try {
      const answer = this.#source.getRange(start, end, abort.signal);
      if (Array.isArray(answer)) this.#arrived(page, start, end, answer);
      else {
        Promise.resolve(answer)
          .then((items) => {
            if (abort.signal.aborted) return;
            this.#arrived(page, start, end, items);
            this.#listener.rebind(start, end);
          })
          .catch(() => this.#failed(page, start, end));
      }
    } catch {
      this.#failed(page, start, end);
    }
    return page;
  }

  /** @param {Page<Item>} page @param {number} start @param {number} end @param {readonly Item[]} items */
  #arrived(page, start, end, items) {
    const short = this.#open && items.length < end - start;
    if (!short && items?.length !== end - start) {
      throw new RangeError(`getRange(${start}, ${end}) returned ${items?.length} items`);
    }
    page.items = items;
    page.abort = undefined;
    this.arrivals++;
    if (!this.#open) return;
    let length = Math.max(this.#length, end + this.#size);
    if (short) {
      length = Math.min(this.#length, start + items.length);
      this.#open = items.length === 0 && start > 0; // then an earlier page has the end
    }
    this.#grow(length);
  }

  /** @param {number} length */
  #grow(length) {
    const old = this.#length;
    this.#length = length;
    if (length !== old) {
      // Not while the list reads: it may be reading this page.
      queueMicrotask(() => {
        const at = Math.min(old, length);
        this.#listener.spliced(at, old - at, length - at);
      });
    }
  }

  /** @param {Page<Item>} page @param {number} start @param {number} end */
  #failed(page, start, end) {
    if (page.abort?.signal.aborted) return;
    page.abort = undefined;
    page.failures++;
    const wait = Math.min(1000 * 2 ** (page.failures - 1), 30_000);
    page.retry = setTimeout(() => {
      this.#load(start / this.#size);
      this.#listener.rebind(start, end);
    }, wait);
    queueMicrotask(() => this.#listener.rebind(start, end));
  }
}
