import { func, integerIn } from "../core/check.js";

/**
 * Data that arrives by pages. `length` may be left out when nobody knows it
 * (cursors): the list then grows until a page comes short.
 * @typedef {object} Source
 * @property {number} [length]
 * @property {(start: number, end: number, signal: AbortSignal) => readonly unknown[] | Promise<readonly unknown[]>} getRange
 * @property {number} [pageSize] rows asked for at once; 100
 */

/** @typedef {{ items?: readonly unknown[], abort?: AbortController, failures: number, retry?: ReturnType<typeof setTimeout> }} Page */

const kept = 64; // pages remembered outside the window

/**
 * The pages of a source around a window: each fetched once, cancelled when
 * scrolled past, tried again (after 1, 2, 4 … 30 s, or by `retry()`) when it
 * fails or holds another number of items than asked for.
 */
export class Pages {
  #source;
  #size;
  #changed;
  #grown;
  /** @type {Map<number, Page>} */
  #pages = new Map();
  #length = 0;
  #open;

  /**
   * @param {Source} source
   * @param {(start: number, end: number) => void} changed rows [start, end) have another state
   * @param {(at: number, removed: number, inserted: number) => void} grown the length changed
   * @throws {TypeError | RangeError} for a source that is none
   */
  constructor(source, changed, grown) {
    func(source?.getRange, "source.getRange");
    this.#source = source;
    this.#size = source.pageSize ?? 100;
    integerIn(1, 2 ** 20)(this.#size, "source.pageSize");
    this.#open = source.length === undefined;
    this.#length = source.length ?? this.#size;
    integerIn(0, 2 ** 32 - 2)(this.#length, "source.length");
    this.#changed = changed;
    this.#grown = grown;
  }

  get length() {
    return this.#length;
  }

  /** The item, or `undefined` while it is not there; asks for its page. @param {number} index */
  get(index) {
    const number = Math.floor(index / this.#size);
    const page = this.#pages.get(number) ?? this.#load(number);
    return page.items?.[index - number * this.#size];
  }

  /** @param {number} index @returns {"ready" | "loading" | "error"} */
  state(index) {
    const page = this.#pages.get(Math.floor(index / this.#size));
    if (page?.items) return "ready";
    return page?.failures ? "error" : "loading"; // also while it is tried again
  }

  /** What is seen: pages further than one away are no longer fetched. @param {number} start @param {number} end */
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

  /** Asks again for the page of a row that failed. @param {number} index */
  retry(index) {
    const number = Math.floor(index / this.#size);
    const page = this.#pages.get(number);
    if (!page || page.items || !page.failures) return;
    page.abort?.abort();
    page.failures = 0;
    this.#load(number);
  }

  /**
   * Rows were replaced at the source: its pages from there on are asked for anew.
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

  /** Cancels whatever is on its way. */
  dispose() {
    for (const page of this.#pages.values()) {
      page.abort?.abort();
      clearTimeout(page.retry);
    }
    this.#pages.clear();
  }

  /** @param {number} number @returns {Page} */
  #load(number) {
    const start = number * this.#size;
    const end = this.#open ? start + this.#size : Math.min(start + this.#size, this.#length);
    const abort = new AbortController();
    const failures = this.#pages.get(number)?.failures ?? 0;
    clearTimeout(this.#pages.get(number)?.retry);
    /** @type {Page} */
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
            this.#changed(start, end);
          })
          .catch((error) => this.#failed(page, start, end, error));
      }
    } catch (error) {
      this.#failed(page, start, end, error);
    }
    return page;
  }

  /** @param {Page} page @param {number} start @param {number} end @param {readonly unknown[]} items */
  #arrived(page, start, end, items) {
    const short = this.#open && items.length < end - start;
    if (!short && items?.length !== end - start) {
      throw new RangeError(`getRange(${start}, ${end}) gave ${items?.length} items`);
    }
    page.items = items;
    page.abort = undefined;
    if (!this.#open) return;
    let length = Math.max(this.#length, end + this.#size);
    if (short) {
      length = Math.min(this.#length, start + items.length);
      this.#open = items.length === 0 && start > 0; // then the end lies in a page before
    }
    const old = this.#length;
    this.#length = length;
    if (length !== old) {
      // Not while the list reads: it may be asking for this very page.
      queueMicrotask(() => {
        const at = Math.min(old, length);
        this.#grown(at, old - at, length - at);
      });
    }
  }

  /** @param {Page} page @param {number} start @param {number} end @param {unknown} _error */
  #failed(page, start, end, _error) {
    if (page.abort?.signal.aborted) return;
    page.abort = undefined;
    page.failures++;
    const wait = Math.min(1000 * 2 ** (page.failures - 1), 30_000);
    page.retry = setTimeout(() => {
      this.#load(start / this.#size);
      this.#changed(start, end);
    }, wait);
    queueMicrotask(() => this.#changed(start, end));
  }
}
