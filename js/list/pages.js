import { func, integerIn } from "../core/check.js";

/**
 * Data that loads by pages. Leave `length` out when it is unknown (cursors):
 * the list then grows until a page is shorter than requested.
 * @template [Item=unknown]
 * @typedef {object} Source
 * @property {number} [length]
 * @property {(start: number, end: number, signal: AbortSignal) => readonly Item[] | Promise<readonly Item[]>} getRange
 * @property {number} [pageSize] rows fetched at once; 100
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

  /**
   * @param {Source<Item>} source @param {Listener} listener
   * @throws {TypeError | RangeError} for an invalid source
   */
  constructor(source, listener) {
    func(source?.getRange, "source.getRange");
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
    const first = Math.floor(start / this.#size) - 1;
    const last = Math.floor(end / this.#size) + 1;
    let spare = this.#pages.size - kept;
    for (const [number, page] of this.#pages) {
      if (number >= first && number <= last) continue;
      if (page.items && spare-- <= 0) continue;
      page.abort?.abort();
      clearTimeout(page.retry);
      this.#pages.delete(number);
    }
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
    this.#length += inserted - removed;
    const first = Math.floor(at / this.#size);
    for (const [number, page] of this.#pages) {
      if (number < first) continue;
      page.abort?.abort();
      clearTimeout(page.retry);
      this.#pages.delete(number);
    }
  }

  /** Cancels all requests. */
  dispose() {
    for (const page of this.#pages.values()) {
      page.abort?.abort();
      clearTimeout(page.retry);
    }
    this.#pages.clear();
  }

  /** @param {number} number @returns {Page<Item>} */
  #load(number) {
    const start = number * this.#size;
    const end = this.#open ? start + this.#size : Math.min(start + this.#size, this.#length);
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
    if (!this.#open) return;
    let length = Math.max(this.#length, end + this.#size);
    if (short) {
      length = Math.min(this.#length, start + items.length);
      this.#open = items.length === 0 && start > 0; // then an earlier page has the end
    }
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
