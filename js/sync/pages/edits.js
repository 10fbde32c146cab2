/**
 * Rows of a table: `gap` of which nothing is known, then those that have arrived.
 * @typedef {{ gap: number, rows: readonly any[] }} Segment
 */
/** `removed` rows at `at` were replaced by `inserted`. @typedef {[at: number, removed: number, inserted: number]} Edit */
/** @typedef {{ gap: number, key?: unknown, row?: any }} Token `gap` is 0 for a row */

/** @param {any} a @param {any} b */
export const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/**
 * The splices that turn one state of a table into another, from the last to the first, so that each is
 * right at the time of its turn. Rows stay where their key stays; a row that arrives in a gap is no
 * splice; a row that is no longer known leaves an edit of nothing. O(rows between the outer changes).
 * @param {readonly Segment[]} before @param {readonly Segment[]} after @param {(row: any) => unknown} keyOf
 * @returns {Edit[]}
 */
export function edits(before, after, keyOf) {
  const equal = (/** @type {Segment} */ a, /** @type {Segment} */ b) =>
    a.gap === b.gap && a.rows === b.rows;
  const most = Math.min(before.length, after.length);
  let head = 0;
  let at = 0;
  for (; head < most && equal(before[head], after[head]); head++) {
    at += before[head].gap + before[head].rows.length;
  }
  let tail = 0;
  while (
    tail < most - head &&
    equal(
      /** @type {Segment} */ (before.at(-1 - tail)),
      /** @type {Segment} */ (after.at(-1 - tail)),
    )
  )
    tail++;
  const old = tokens(before.slice(head, before.length - tail), keyOf);
  const fresh = tokens(after.slice(head, after.length - tail), keyOf);
  const oldPlace = placesOf(old);
  const freshPlace = placesOf(fresh);
  /** @type {Edit[]} */
  const found = [];
  let asked = false;
  const add = (/** @type {number} */ removed, /** @type {number} */ inserted) => {
    const last = found.at(-1);
    if (!removed && !inserted) {
      if (asked) return; // all rows from there on are
      asked = true;
    }
    if (last && last[0] + last[1] === at) {
      last[1] += removed;
      last[2] += inserted;
    } else found.push([at, removed, inserted]);
    at += removed;
  };
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [o, n] = [old[i], fresh[j]];
    const stays = o && freshPlace.has(o.key);
    const known = n && oldPlace.has(n.key);
    if (!n || (o && !o.gap && !n.gap && !stays && known)) {
      add(o.gap || 1, 0);
      i++;
    } else if (!o || (!o.gap && stays && (n.gap || !known))) {
      add(0, n.gap || 1);
      j++;
    } else if (o.gap && known) {
      add(o.gap, 0); // the gap was larger than thought
      i++;
    } else if (o.gap || n.gap) {
      const count = Math.min(o.gap || 1, n.gap || 1);
      if (!o.gap) add(0, 0); // not known any more: to be asked for again
      at += count;
      for (const token of [o, n]) if (token.gap) token.gap -= count;
      if (!o.gap) i++;
      if (!n.gap) j++;
    } else if (o.key === n.key || !(stays || known)) {
      if (o.key === n.key && same(o.row, n.row)) at++;
      else add(1, 1);
      i++;
      j++;
    } else if ((oldPlace.get(n.key) ?? 0) - i >= (freshPlace.get(o.key) ?? 0) - j) {
      add(0, 1); // it moved up: farther than the other one moved down
      freshPlace.delete(n.key);
      j++;
    } else {
      add(1, 0);
      oldPlace.delete(o.key);
      i++;
    }
  }
  return found.reverse();
}

/** @param {readonly Segment[]} segments @param {(row: any) => unknown} keyOf */
function tokens(segments, keyOf) {
  /** @type {Token[]} */
  const all = [];
  for (const { gap, rows } of segments) {
    if (gap) all.push({ gap });
    for (const row of rows) all.push({ gap: 0, key: keyOf(row), row });
  }
  return all;
}

/** @param {Token[]} tokens @returns {Map<unknown, number>} of the rows, by key */
const placesOf = (tokens) => new Map(tokens.flatMap(({ gap, key }, i) => (gap ? [] : [[key, i]])));
