import { abortSignal, boolean, checkOptions, integerIn, numberIn } from "../core/check.js";
import { ApusError } from "../core/errors.js";

/** @typedef {import("./data.js").ListData<any>} ListData */
/** @typedef {(at: number, removed: number, inserted: number) => void} Splicer */

/**
 * @typedef {object} FindOptions
 * @property {number} [from] the row to begin at; by default the one after the last match of the
 *   same query, else the first
 * @property {boolean} [backwards] false
 * @property {AbortSignal} [signal] ends the search, which rejects with the signal's reason
 * @property {number} [maxPages] pages of a source that the search may load; 20, or `Infinity`
 */

/**
 * @typedef {object} Found
 * @property {number} index -1 when no row that was searched matches
 * @property {boolean} complete false when rows were skipped because they are not loaded
 * @property {unknown} [cause] why a page could not be loaded
 */

/** Ms of searching before the page gets a turn. */
const slice = 8;

/** @param {FindOptions} options @param {number} length of the list @throws {TypeError | RangeError} */
export function checkFind(options, length) {
  checkOptions("find", options, {
    from: integerIn(0, Math.max(length - 1, 0)),
    backwards: boolean,
    signal: abortSignal,
    maxPages: numberIn(0, Infinity),
  });
}

/**
 * The first row for which `matches` is true, from a row on and round the end. Searches for 8 ms at
 * a time. Follows splices: a row that comes meanwhile is searched too.
 * @param {ListData} data @param {Set<Splicer>} splicers called at each splice of `data`
 * @param {(index: number) => boolean} matches called for rows that have loaded
 * @param {{ from: number, backwards?: boolean, signal: AbortSignal, maxPages?: number }} options
 * @returns {Promise<Found>} rejects with the signal's reason
 */
export async function search(data, splicers, matches, options) {
  const { from, backwards = false, signal, maxPages = 0 } = options;
  const step = backwards ? -1 : 1;
  let index = from;
  let left = data.length;
  let wrapped = false;
  let pages = maxPages;
  /** @type {unknown} */
  let cause;
  let complete = true;
  /** @type {Splicer} */
  const follow = (at, removed, inserted) => {
    const ahead = !wrapped && (backwards ? at <= index : at >= index);
    left = ahead ? left + inserted : data.length; // rows behind the search came: once round again
    if (at < index) index = Math.max(index - removed, at) + inserted;
  };
  splicers.add(follow);
  try {
    let until = performance.now() + slice;
    for (let seen = 1; left > 0 && data.length; seen++) {
      const { length } = data;
      if (index < 0 || index >= length) {
        wrapped = true;
        index = backwards ? length - 1 : 0;
      }
      if (data.state(index) === "ready") {
        if (matches(index)) return { index, complete };
        index += step;
        left--;
      } else if (pages > 0) {
        pages--;
        try {
          await unlessAborted(data.read(index, signal), signal);
        } catch (error) {
          signal.throwIfAborted();
          cause = error;
          pages = 0; // the source has a failure: it is not asked for more
        }
      } else {
        complete = false;
        const next = data.nearest(index, backwards);
        const skipped =
          next < 0 ? (backwards ? index + 1 : length - index) : Math.abs(next - index);
        index += skipped * step;
        left -= skipped;
      }
      if (seen % 16 === 0 && performance.now() > until) {
        // Not scheduler.yield(): it would go on before the tasks that end the search.
        await new Promise((resume) => setTimeout(resume));
        signal.throwIfAborted();
        until = performance.now() + slice;
      }
    }
  } finally {
    splicers.delete(follow);
  }
  return { index: -1, complete, cause };
}

/**
 * Lets a source search, from a row on and round the end.
 * @param {ListData} data @param {string} query
 * @param {{ from: number, backwards?: boolean, signal: AbortSignal }} options
 * @returns {Promise<Found>} rejects with the source's error or the signal's reason
 */
export async function ask(data, query, { from, backwards = false, signal }) {
  const { source } = data;
  const first = backwards ? data.length - 1 : 0;
  let index = -1;
  for (const start of from === first ? [first] : [from, first]) {
    const answer = source?.find?.(query, { from: start, backwards, signal });
    index = /** @type {number} */ (await unlessAborted(Promise.resolve(answer), signal));
    if (index !== -1) break;
  }
  const last = data.open ? 2 ** 32 - 3 : data.length - 1;
  integerIn(-1, last)(index, "source.find: its answer");
  if (index < 0) return { index, complete: true };
  data.reach(index);
  // So that its text can be marked. A page that fails is shown as failed.
  if (data.state(index) !== "ready") {
    await unlessAborted(data.read(index, signal), signal).catch(() => signal.throwIfAborted());
  }
  return { index, complete: true };
}

/** @param {unknown} query @param {Found} found */
export function incomplete(query, { cause }) {
  const text = typeof query === "string" ? `"${query}"` : "a match";
  const why = "not every row is loaded. Give the source a find(), or allow more with maxPages";
  return new ApusError("INCOMPLETE", `find: did not find ${text}, but ${why}`, { cause });
}

/**
 * Settles like `promise`, but at once when the signal aborts.
 * @template T
 * @param {Promise<T>} promise @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
