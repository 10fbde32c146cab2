/** Modules to remember, and successors of each. */
const MODULES = 64;
const NEXT = 4;
/** Counts halve when one reaches this, so that new habits replace old ones. */
const MOST = 64;

/**
 * A small Markov table: which module is opened after which. Memory is bounded:
 * at most 64 modules with 4 successors each; the rarest make room.
 */
export class Successors {
  /** @type {Map<string, Map<string, number>>} the least recently seen module first */
  #table = new Map();

  /** @param {unknown} [saved] an earlier result of `saved()`; anything else is ignored */
  constructor(saved) {
    if (!Array.isArray(saved)) return;
    for (const row of saved.slice(-MODULES)) {
      if (!Array.isArray(row) || typeof row[0] !== "string" || !Array.isArray(row[1])) continue;
      const counts = row[1].filter(
        (entry) => Array.isArray(entry) && typeof entry[0] === "string" && entry[1] > 0,
      );
      this.#table.set(row[0], new Map(counts.slice(0, NEXT)));
    }
  }

  /** @param {string} from @param {string} to was opened after it */
  record(from, to) {
    const counts = this.#table.get(from) ?? new Map();
    this.#table.delete(from);
    this.#table.set(from, counts);
    if (this.#table.size > MODULES) this.#table.delete(this.#table.keys().next().value ?? "");
    if (!counts.has(to) && counts.size === NEXT) {
      // As in the space-saving algorithm, the rarest gives up its place and its count.
      const [rarest, count] = [...counts].reduce((a, b) => (b[1] < a[1] ? b : a));
      counts.delete(rarest);
      counts.set(to, count);
    }
    counts.set(to, (counts.get(to) ?? 0) + 1);
    if (counts.get(to) < MOST) return;
    for (const [url, count] of counts) counts.set(url, count / 2);
  }

  /**
   * @param {string} from @param {number} share the smallest share; at least two openings are needed
   * @returns {string | undefined} the module that is opened next most often
   */
  likely(from, share) {
    const counts = [...(this.#table.get(from) ?? [])];
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const [best, count] = counts.reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
    return count >= 2 && count >= share * total ? best : undefined;
  }

  /** @returns {[string, [string, number][]][]} plain data to store */
  saved() {
    return [...this.#table].map(([from, counts]) => [from, [...counts]]);
  }
}
