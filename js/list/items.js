/** What is done to arrays of items, without DOM. */

/**
 * The one splice that turns `old` into `next`, items compared by identity:
 * all but what is the same at both ends. O(length) pointer comparisons where
 * they agree, O(1) where they do not.
 * @param {readonly unknown[]} old @param {readonly unknown[]} next
 * @returns {[at: number, removed: number, inserted: number]}
 */
export function difference(old, next) {
  const most = Math.min(old.length, next.length);
  let head = 0;
  while (head < most && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
  return [head, old.length - head - tail, next.length - head - tail];
}

/**
 * `items.splice`, also for more items than a call takes arguments.
 * @param {any[]} items @param {number} at @param {number} removed @param {readonly any[]} inserted
 */
export function spliceItems(items, at, removed, inserted) {
  if (inserted.length < 10_000) {
    items.splice(at, removed, ...inserted);
    return;
  }
  const after = items.splice(at).slice(removed);
  for (const item of inserted) items.push(item);
  for (const item of after) items.push(item);
}
