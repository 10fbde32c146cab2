/** @typedef {import("./chunks.js").Answer} Answer */
/** @typedef {import("./chunks.js").PageRequest} PageRequest */
/** @typedef {Pick<import("./chunks.js").Chunk, "names" | "tags" | "stale">} Page */
/** @typedef {(answer: Answer, page: Page) => void} Land */
/** `seen`: tags that have changed since it began. @typedef {{ id: string, answer: Answer, tags: Set<string>, seen: Set<string> }} Loaded */
/** @typedef {{ promise: Promise<void>, abort: AbortController, waiters: number, request: PageRequest }} Flight */

/** Stands for all tags. */
export const everything = "\0";

/** The requests of a source: one a page, however many wait for it. */
export class Requests {
  /** @type {Map<string, Flight>} */
  #flights = new Map();
  /** What changed during each request, which may not have seen it. @type {Set<Set<string>>} */
  #open = new Set();
  #options;
  #levelOf;
  /** Entries of the cache are passed over: their cursors are no good. */
  distrust = false;
  /** Whether the next answer must have the total. */
  count;
  /** Ms of a request, about. */
  latency = 100;

  /**
   * @param {ReturnType<typeof import("./options.js").checked>} options
   * @param {(changed: ReadonlySet<string>, tags: ReadonlySet<string>) => 0 | 1 | 2} levelOf
   */
  constructor(options, levelOf) {
    this.#options = options;
    this.#levelOf = levelOf;
    this.count = options.total;
  }

  /** Notes tags that changed. @param {Iterable<string>} tags */
  changed(tags) {
    for (const open of this.#open) for (const tag of tags) open.add(tag);
  }

  /** A request under way that `fits`. @param {(request: PageRequest) => boolean} fits */
  find(fits) {
    for (const flight of this.#flights.values()) {
      if (!flight.abort.signal.aborted && fits(flight.request)) return flight;
    }
    return undefined;
  }

  /** Joins or starts a request. @param {PageRequest} request @param {Land} land @returns {Flight} */
  start(request, land) {
    const id = JSON.stringify(request);
    const under = this.#flights.get(id);
    if (under && !under.abort.signal.aborted) return under;
    const abort = new AbortController();
    const run = async () => {
      const loaded = await this.load(request, abort.signal, this.distrust);
      this.close(loaded);
      if (!abort.signal.aborted) land(loaded.answer, this.page(loaded));
    };
    /** @type {Flight} */
    const flight = { promise: run(), abort, waiters: 0, request };
    this.#flights.set(id, flight);
    flight.promise = flight.promise.finally(() => {
      if (this.#flights.get(id) === flight) this.#flights.delete(id);
    });
    flight.promise.catch(() => {}); // each waiter gets the error
    return flight;
  }

  /** @param {Flight} flight @param {AbortSignal} signal aborts the request when nobody else waits */
  async wait(flight, signal) {
    flight.waiters++;
    let stop = () => {};
    try {
      await new Promise((resolve, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener("abort", stop);
        flight.promise.then(() => resolve(undefined), reject);
      });
    } finally {
      signal.removeEventListener("abort", stop);
      if (!--flight.waiters && signal.aborted) flight.abort.abort(signal.reason);
    }
  }

  /**
   * One page.
   * @param {PageRequest} request @param {AbortSignal} signal @param {boolean} fresh not from the cache
   * @returns {Promise<Loaded>} to be closed; rejects as `fetchPage` does, or with a `TypeError` for an answer that is
   *   none
   */
  async load(request, signal, fresh) {
    const { name, cache, fetchPage, tags, rowsTag } = this.#options;
    const id = `${name}?${new URLSearchParams(Object.entries(request).map(([k, v]) => [k, `${v}`]))}`;
    const tagsOf = (/** @type {Answer} */ { rows }) =>
      new Set([...(rowsTag ? [rowsTag] : []), ...rows.flatMap(tags)]);
    /** @param {unknown} _ @param {{ signal: AbortSignal }} by @param {{ tags?: string[] }} [entry] */
    const ask = async (_, by, entry = {}) => {
      const { count } = this;
      this.count = false;
      const begin = performance.now();
      try {
        const answer = checkAnswer(
          await fetchPage({ ...request, count, signal: by.signal }),
          request,
        );
        this.latency += (performance.now() - begin - this.latency) / 4;
        entry.tags = [...tagsOf(answer)];
        return answer;
      } catch (error) {
        this.count ||= count;
        throw error;
      }
    };
    /** @type {Set<string>} */
    const seen = new Set();
    this.#open.add(seen);
    try {
      const answer = await (cache
        ? cache[fresh ? "refresh" : "fetch"](id, ask, { signal })
        : ask(id, { signal }));
      return { id, answer, tags: tagsOf(answer), seen };
    } catch (error) {
      this.#open.delete(seen);
      throw error;
    }
  }

  /** What is known about a page that was loaded. @param {Loaded} loaded @returns {Page} */
  page({ id, tags, seen }) {
    return { names: new Set([id]), tags, stale: this.#levelOf(seen, tags) };
  }

  /** Changes from now on find the page among the chunks. @param {Loaded} loaded */
  close({ seen }) {
    this.#open.delete(seen);
  }

  /** Ends all requests. @param {unknown} reason */
  abort(reason) {
    for (const { abort } of this.#flights.values()) abort.abort(reason);
  }
}

/**
 * Hears what is no longer right in a cache. A row's tag counts, not the entries that it removes: one that
 * has the row only as the place of its cursor is as good as before.
 * @param {import("../../cache/cache.js").Cache<any>} cache
 * @param {(tags: string[]) => void} changed also of pages that the cache has evicted
 * @param {(keys: ReadonlySet<string>) => void} gone entries that were removed for another reason
 * @param {AbortSignal} signal
 */
export function follow(cache, changed, gone, signal) {
  /** @type {Set<string>} */
  let keys = new Set();
  const tell = () => {
    const told = keys;
    keys = new Set();
    if (told.size) gone(told);
  };
  const removed = (/** @type {CustomEvent<{ key: string, reason: string }>} */ { detail }) => {
    if (!/^(invalidate|delete|clear)$/.test(detail.reason)) return;
    if (!keys.size) queueMicrotask(tell);
    keys.add(detail.key);
  };
  const invalidated = (/** @type {CustomEvent<{ tags?: string[] }>} */ { detail: { tags } }) => {
    if (!tags) return tell();
    keys.clear();
    changed(tags);
  };
  cache.addEventListener("remove", removed, { signal });
  cache.addEventListener("invalidate", invalidated, { signal });
}

/** @param {Answer} answer @param {PageRequest} request @throws {TypeError} for any other value */
function checkAnswer(answer, { at = 0 }) {
  if (!Array.isArray(answer?.rows)) {
    throw new TypeError("pages: fetchPage must return { rows, next, previous }");
  }
  for (const place of [answer.next, answer.previous]) {
    if (place !== undefined && place !== null && typeof place !== "string") {
      throw new TypeError("pages: fetchPage must return cursors that are strings or null");
    }
  }
  if (at > 0 && answer.at !== 0 && answer.rows.length && answer.previous == null) {
    throw new TypeError("pages: fetchPage must return `previous` for a page `at` an ordinal");
  }
  return answer;
}
