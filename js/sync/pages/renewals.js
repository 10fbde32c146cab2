import { renew } from "./landing.js";

/** @typedef {import("./chunks.js").Chunk} Chunk */
/** @typedef {import("./chunks.js").Chunks} Chunks */

/**
 * @typedef {object} Parts of the source
 * @property {Chunks} chunks
 * @property {import("./requests.js").Requests} requests
 * @property {number} size
 * @property {(row: any) => unknown} keyOf
 * @property {AbortSignal} signal
 * @property {(change: (chunks: Chunks) => number) => number} change
 * @property {(error: unknown) => void} failed throws it, unless all begins again
 * @property {(chunk: Chunk) => void} ask the list asks for it again
 * @property {() => void} moved rows may be anywhere
 */

/** Requests that fetch one page again, at most: all but the first are for rows that it pushed out. */
const MOST = 5;

/** Fetches pages again that changed: one after the other, since each may shift the next. */
export class Renewals {
  /** @type {Map<Chunk, { promise: Promise<void>, done: (error?: unknown) => void }>} */
  #waiting = new Map();
  #running = false;
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Chunk} chunk @returns {Promise<void>} rejects as the request does */
  add(chunk) {
    const under = this.#waiting.get(chunk);
    if (under) return under.promise;
    /** @type {(error?: unknown) => void} */
    let done = () => {};
    /** @type {Promise<void>} */
    const promise = new Promise((resolve, reject) => {
      done = (error) => (error === undefined ? resolve() : reject(error));
    });
    promise.catch(() => {}); // who asks for the chunk next waits for it
    this.#waiting.set(chunk, { promise, done });
    if (!this.#running) this.#run();
    return promise;
  }

  async #run() {
    this.#running = true;
    for (let [last] = [...this.#waiting].slice(-1); last; [last] = [...this.#waiting].slice(-1)) {
      const [chunk, { done }] = last; // what was asked for last is in view
      const { chunks, ask, moved } = this.#parts;
      /** @type {boolean | undefined} */
      let shifted;
      /** @type {unknown} */
      let failure;
      try {
        shifted = await this.#renew(chunk);
      } catch (error) {
        failure = error;
      }
      this.#waiting.delete(chunk);
      done(failure);
      if (chunks.all.includes(chunk) && chunk.stale) ask(chunk); // its last rows, or all if it failed
      if (shifted) moved();
    }
    this.#running = false;
  }

  /** @param {Chunk} chunk @returns {Promise<boolean>} whether a row was to change, and others came or went */
  async #renew(chunk) {
    const { chunks, requests, size, keyOf, signal, change, failed } = this.#parts;
    if (!chunks.all.includes(chunk)) return false;
    const keys = (/** @type {Chunk[]} */ some) =>
      JSON.stringify(some.flatMap(({ rows }) => rows.map(keyOf)));
    const [old, inPlace] = [keys([chunk]), chunk.stale < 2];
    /** @type {import("./requests.js").Loaded[]} */
    const loaded = [];
    /** @type {string} */
    let now = "";
    try {
      let { after } = chunk;
      let rest = chunk.next === null ? size : chunk.rows.length;
      while (rest) {
        const request = { size: Math.min(rest, size), ...(after !== null && { after }) };
        loaded.push(await requests.load(request, signal, true));
        if (!chunks.all.includes(chunk)) return false;
        chunk.failed = false;
        after = chunk.after;
        const fresh = loaded.map((one) => {
          const { rows, next = null } = one.answer;
          const page = { ...requests.page(one), rows, after, next: rows.length ? next : null };
          after = page.next;
          return { ...page, gap: 0, epoch: 0 };
        });
        now = keys(fresh);
        const { total } = loaded[loaded.length - 1].answer;
        rest = change(() => {
          const more = renew(chunks, chunk, fresh, fresh.length === MOST);
          if (total !== undefined) chunks.resize(total);
          return more;
        });
      }
    } catch (error) {
      chunk.failed = true;
      failed(error);
    } finally {
      for (const one of loaded) requests.close(one);
    }
    return inPlace && old !== now;
  }
}
