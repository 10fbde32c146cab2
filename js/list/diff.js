/** @typedef {import("./data.js").Splice} Splice */

/**
 * @typedef {object} Diff
 * @property {Splice[]} splices from the start to the end: each in the list that the ones before it
 *   have made. A moved row is removed and inserted
 * @property {(row: number) => number} to the new index of an old row; -1 when it is gone
 * @property {(row: number) => boolean} stays whether no splice removes an old row
 * @property {unknown} twice a key that two of the items have; `undefined` when none was found
 */

/**
 * The fewest splices that turn `old` into `next`, where rows with the same key are the same row.
 * When items share a key, the first one has it, and the others are new rows.
 *
 * O(n) when no row moves, else O(n log n). Equal ends cost two calls of `keyOf` for an item that is
 * another object, and none for the same object. The rows that stay are a longest increasing
 * subsequence (Fredman 1975) of the new indexes.
 * @template Item
 * @param {readonly Item[]} old @param {readonly Item[]} next @param {(item: Item) => unknown} keyOf
 * @returns {Diff}
 */
export function diff(old, next, keyOf) {
  const same = (/** @type {Item} */ a, /** @type {Item} */ b) => a === b || keyOf(a) === keyOf(b);
  const most = Math.min(old.length, next.length);
  let head = 0;
  while (head < most && same(old[head], next[head])) head++;
  let tail = 0;
  while (tail < most - head && same(old[old.length - 1 - tail], next[next.length - 1 - tail])) {
    tail++;
  }
  const end = old.length - tail;
  const nextEnd = next.length - tail;
  const { to, twice } = places(old, next, keyOf, head, end, nextEnd);
  const stays = increasing(to);
  /** @type {Splice[]} */
  const splices = [];
  let from = head; // of the old rows
  let at = head; // of the new rows
  /** @param {number} row @param {number} index the next row that stays, and its place */
  const splice = (row, index) => {
    if (row > from || index > at) splices.push([at, row - from, index - at]);
    from = row + 1;
    at = index + 1;
  };
  for (let i = 0; i < to.length; i++) if (stays[i]) splice(head + i, to[i]);
  splice(end, nextEnd);
  const by = next.length - old.length;
  return {
    splices,
    twice,
    to: (row) => (row < head ? row : row >= end ? row + by : to[row - head]),
    stays: (row) => row < head || row >= end || stays[row - head] === 1,
  };
}

/**
 * The new index of each old row of [head, end); -1 for rows that go.
 * @template Item
 * @param {readonly Item[]} old @param {readonly Item[]} next @param {(item: Item) => unknown} keyOf
 * @param {number} head @param {number} end @param {number} nextEnd
 */
function places(old, next, keyOf, head, end, nextEnd) {
  const to = new Int32Array(end - head).fill(-1);
  /** @type {unknown} */
  let twice;
  if (end > head && nextEnd > head) {
    /** @type {Map<unknown, number>} */
    const index = new Map();
    for (let i = head; i < nextEnd; i++) {
      const key = keyOf(next[i]);
      if (index.has(key)) twice = key;
      else index.set(key, i);
    }
    const taken = new Uint8Array(nextEnd - head);
    for (let i = head; i < end; i++) {
      const at = index.get(keyOf(old[i]));
      if (at === undefined || taken[at - head]++) continue;
      to[i - head] = at;
    }
  }
  return { to, twice };
}

/**
 * Marks a longest increasing subsequence; numbers below 0 are no part of it.
 * @param {Int32Array} numbers different
 * @returns {Uint8Array} 1 for each that belongs to it
 */
function increasing(numbers) {
  const marks = new Uint8Array(numbers.length);
  const before = new Int32Array(numbers.length);
  const ends = new Int32Array(numbers.length); // ends[n]: the least end of a run of n + 1
  let length = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (number < 0) continue;
    let low = length;
    if (length && numbers[ends[length - 1]] > number) {
      low = 0;
      for (let high = length - 1; low < high; ) {
        const middle = (low + high) >>> 1;
        if (numbers[ends[middle]] < number) low = middle + 1;
        else high = middle;
      }
    }
    before[i] = low ? ends[low - 1] : -1;
    ends[low] = i;
    if (low === length) length++;
  }
  for (let i = length ? ends[length - 1] : -1; i >= 0; i = before[i]) marks[i] = 1;
  return marks;
}
