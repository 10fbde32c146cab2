/** Sorting and filtering of a million strings on a page that stays alive: no task is long. */

const SLICE = 8; // ms of work, after which the page has its turn
const RUN = 1024; // strings between two looks at the clock

const { port1, port2 } = new MessageChannel(); // a timer would wait 4 ms each time
/** @type {(() => void)[]} */
const waiting = [];
port1.onmessage = () => waiting.shift()?.();

/** @returns {() => void | Promise<void>} to be awaited often; it waits when a slice has been used up */
function slices() {
  let until = performance.now() + SLICE;
  return () => {
    if (performance.now() < until) return undefined;
    port2.postMessage(0);
    return new Promise((resolve) => {
      waiting.push(() => {
        until = performance.now() + SLICE;
        resolve();
      });
    });
  };
}

/**
 * Strings in order, by merging sorted runs: O(n log n).
 * @param {Iterable<string>} strings @param {number} count about how many there are
 * @param {(share: number) => void} [onprogress] called with what is done, 0 to 1
 * @returns {Promise<string[]>}
 */
export async function sorted(strings, count, onprogress = () => {}) {
  const pause = slices();
  const passes = 1 + Math.max(0, Math.ceil(Math.log2(count / RUN)));
  let done = 0;
  const step = (/** @type {number} */ moved) => {
    done += moved;
    onprogress(Math.min(1, done / (count * passes)));
    return pause();
  };
  /** @type {string[][]} */
  let runs = [];
  /** @type {string[]} */
  let run = [];
  for (const one of strings) {
    if (run.push(one) < RUN) continue;
    runs.push(run.sort());
    run = [];
    await step(RUN);
  }
  if (run.length) runs.push(run.sort());
  while (runs.length > 1) {
    /** @type {string[][]} */
    const merged = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(runs[i + 1] ? await merge(runs[i], runs[i + 1], step) : runs[i]);
    runs = merged;
  }
  onprogress(1);
  return runs[0] ?? [];
}

/**
 * @param {string[]} a @param {string[]} b in order
 * @param {(moved: number) => void | Promise<void>} step
 */
async function merge(a, b, step) {
  /** @type {string[]} */
  const all = new Array(a.length + b.length);
  let [i, j] = [0, 0];
  while (i + j < all.length) {
    const end = Math.min(all.length, i + j + RUN);
    for (let to = i + j; to < end; to++)
      all[to] = j === b.length || (i < a.length && a[i] <= b[j]) ? a[i++] : b[j++];
    await step(RUN);
  }
  return all;
}

/** @param {string[]} strings @param {(one: string) => boolean} keep @returns {Promise<string[]>} */
export async function kept(strings, keep) {
  const pause = slices();
  /** @type {string[]} */
  const left = [];
  for (let at = 0; at < strings.length; at += RUN) {
    for (const one of strings.slice(at, at + RUN)) if (keep(one)) left.push(one);
    await pause();
  }
  return left;
}
