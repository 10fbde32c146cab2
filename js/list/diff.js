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
 * Rows that stay are a longest common subsequence. At both ends, and after single rows that go or
 * come, it is found by comparing neighbours: a row that is next in one list may always be skipped in
 * the other. Only from where this ends on, a map of the keys is made, and a longest increasing
 * subsequence (Fredman 1975). O(n), and O(n log n) for what is left. No key is asked for where both
 * lists have the same object.
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
  const to = new Int32Array(end - head).fill(-1);
  const stays = new Uint8Array(end - head);
  /** @type {number[]} new indexes */
  const fresh = [];
  let row = head;
  let index = head;
  while (row < end && index < nextEnd) {
    if (same(old[row], next[index])) {
      stays[row - head] = 1;
      to[row++ - head] = index++;
    } else if (row + 1 < end && same(old[row + 1], next[index])) row++;
    else if (index + 1 < nextEnd && same(old[row], next[index + 1])) fresh.push(index++);
    else break;
  }
  const rest = index;
  while (index < nextEnd) fresh.push(index++);
  const twice = fresh.length ? match(old, next, keyOf, head, to, fresh) : undefined;
  increasing(to, row - head, rest, stays);
  const by = next.length - old.length;
  return {
    splices: runs(head, end, nextEnd, to, stays),
    twice,
    to: (row) => (row < head ? row : row >= end ? row + by : to[row - head]),
    stays: (row) => row < head || row >= end || stays[row - head] === 1,
  };
}

/**
 * Finds the rows that have no new index among the new ones.
 * @template Item
 * @param {readonly Item[]} old @param {readonly Item[]} next @param {(item: Item) => unknown} keyOf
 * @param {number} head the row that `to` begins with
 * @param {Int32Array} to the new indexes, completed @param {number[]} fresh
 * @returns {unknown} a key that two of the new ones have
 */
function match(old, next, keyOf, head, to, fresh) {
  /** @type {unknown} */
  let twice;
  if (!to.includes(-1)) return twice;
  /** @type {Map<unknown, number>} */
  const indexes = new Map();
  for (const index of fresh) {
    const key = keyOf(next[index]);
    if (indexes.has(key)) twice = key;
    else indexes.set(key, index);
  }
  const taken = new Uint8Array(next.length);
  for (let i = 0; i < to.length; i++) {
    if (to[i] >= 0) continue;
    const index = indexes.get(keyOf(old[head + i]));
    if (index === undefined || taken[index]++) continue;
    to[i] = index;
  }
  return twice;
}

/** @param {number} head @param {number} end @param {number} nextEnd @param {Int32Array} to @param {Uint8Array} stays */
function runs(head, end, nextEnd, to, stays) {
  /** @type {Splice[]} */
  const splices = [];
  let row = head;
  let at = head;
  for (let i = 0; i <= to.length; i++) {
    if (i < to.length && !stays[i]) continue;
    const [nextRow, next] = i < to.length ? [head + i, to[i]] : [end, nextEnd];
    if (nextRow > row || next > at) splices.push([at, nextRow - row, next - at]);
    row = nextRow + 1;
    at = next + 1;
  }
  return splices;
}

/**
 * Marks a longest increasing subsequence.
 * @param {Int32Array} numbers different @param {number} start the first that may belong to it
 * @param {number} least smaller numbers do not belong to it
 * @param {Uint8Array} marks 1 for each that belongs to it
 */
function increasing(numbers, start, least, marks) {
  const before = new Int32Array(numbers.length);
  const ends = new Int32Array(numbers.length); // ends[n]: the least end of a run of n + 1
  let length = 0;
  for (let i = start; i < numbers.length; i++) {
    const number = numbers[i];
    if (number < least) continue;
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
}
