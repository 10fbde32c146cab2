import { same } from "./edits.js";

/**
 * @typedef {object} Answer a page of a table, in order. A cursor is the place of a row: `after` and
 *   `before` both take each
 * @property {readonly unknown[]} rows
 * @property {string | null} [next] place of the last row; null: nothing follows
 * @property {string | null} [previous] place of the first row; null: nothing comes before
 * @property {number} [total] rows of the table
 * @property {number} [at] ordinal of the first row; default: the one that was asked for
 * @property {boolean} [estimated] whether `at` is about right only
 */

/** @typedef {{ size: number, after?: string, before?: string, at?: number }} PageRequest */

/**
 * The rows behind one cursor, up to and with another.
 * @typedef {object} Chunk
 * @property {readonly any[]} rows never changed in place
 * @property {string | null} after its rows are behind this place; null: it begins the table
 * @property {string | null} next place of its last row; null: it ends the table
 * @property {any} [lead] the row at `after`, if the chunk before is not known
 * @property {number} gap rows before it that are not known: an estimate, and 0 only if the chunk before
 *   ends where this one begins, or nothing comes before
 * @property {Set<string>} names of its entries in the cache
 * @property {Set<string>} tags
 * @property {0 | 1 | 2} stale 1: rows changed; 2: rows came, went or moved
 * @property {boolean} [failed] to be fetched again before it is handed out
 * @property {number} epoch which count of rows its ordinal is of
 */

/** @type {Set<string>} */
const none = new Set();

/**
 * What is known of a table: chunks in order, and about how many rows are between them. Two chunks are
 * joined only where one ends at the cursor behind which the other begins, so a row that moves or comes
 * between them belongs to one of the two. All is O(chunks + rows of a page), and there are few chunks.
 */
export class Chunks {
  /** @type {Chunk[]} */
  all = [];
  /** Rows after the last chunk: an estimate. 0 only if nothing follows. */
  tail;
  /** Changes of the count of rows; ordinals of older ones are wrong. */
  epoch = 0;
  #size;
  keyOf;
  tagsOf;
  /** Whether the table has been counted, ever. */
  #counted = false;
  /** The count, until other rows are there. @type {number | undefined} */
  #total;

  /**
   * @param {number} size rows of a page
   * @param {(row: any) => unknown} keyOf @param {(row: any) => string[]} tagsOf
   */
  constructor(size, keyOf, tagsOf) {
    this.tail = size;
    this.#size = size;
    this.keyOf = keyOf;
    this.tagsOf = tagsOf;
  }

  get length() {
    return this.startOf(this.all.length);
  }

  /** The ordinal of a chunk's first row; of `all.length`, the end. @param {number} index */
  startOf(index) {
    let start = this.all[index]?.gap ?? this.tail;
    for (let i = 0; i < index; i++) start += this.all[i].gap + this.all[i].rows.length;
    return start;
  }

  /** @returns {import("./edits.js").Segment[]} */
  get segments() {
    return [...this.all.map(({ gap, rows }) => ({ gap, rows })), { gap: this.tail, rows: [] }];
  }

  /**
   * The chunks with rows in [start, end).
   * @param {number} start @param {number} end
   * @returns {{ chunk: Chunk, first: number }[]} `first`: ordinal of the first row
   */
  within(start, end) {
    const found = [];
    let first = 0;
    for (const chunk of this.all) {
      first += chunk.gap;
      const stop = first + chunk.rows.length;
      if (stop > start && first < end) found.push({ chunk, first });
      first = stop;
    }
    return found;
  }

  /**
   * The first rows of [start, end) that cannot be handed out.
   * @param {number} start @param {number} end
   * @returns {{ row: number, index: number, from: number, to: number } | undefined} `index` of the chunk that follows the
   *   gap [from, to)
   */
  missing(start, end) {
    let from = 0;
    for (let index = 0; index <= this.all.length && from < end; index++) {
      const to = from + (this.all[index]?.gap ?? this.tail);
      if (to > start && from < to) return { row: Math.max(start, from), index, from, to };
      from = to + (this.all[index]?.rows.length ?? 0);
    }
    return undefined;
  }

  /** The rows of a chunk are not known any more. @param {Chunk} chunk */
  forget(chunk) {
    const { all } = this;
    const index = all.indexOf(chunk);
    const hole = Math.max(1, chunk.gap + chunk.rows.length);
    const n = all[index + 1];
    if (!n) this.tail += hole;
    else {
      if (!n.gap && !chunk.stale) n.lead = chunk.rows[chunk.rows.length - 1];
      n.gap += hole;
    }
    all.splice(index, 1);
  }

  /**
   * Some tags' rows changed.
   * @param {(page: Pick<Chunk, "tags" | "names">) => 0 | 1 | 2} how
   * @returns {number} the first row that is stale now; -1 for none
   */
  outdate(how) {
    let first = -1;
    for (const [index, chunk] of this.all.entries()) {
      const level = how(chunk);
      if (level > chunk.stale) {
        if (first < 0) first = this.startOf(index);
        chunk.stale = level;
      }
      if (chunk.lead !== undefined && how({ tags: new Set(this.tagsOf(chunk.lead)), names: none }))
        chunk.lead = undefined;
    }
    return first;
  }

  /** Which rows there are has changed: ordinals and the count are of earlier ones. */
  recount() {
    this.epoch++;
    this.#total = undefined;
  }

  /** The table's own count. @param {number} total */
  resize(total) {
    this.#counted = true;
    this.#total = total;
    this.#fit();
  }

  /** Rows that are not known fill up the count, as far as those that are known allow it. */
  #fit() {
    if (this.#total === undefined) return;
    const total = this.#total;
    const by = total - this.length;
    const last = this.all.at(-1);
    if (!last) this.tail = Math.max(1, total);
    else if (last.next !== null) this.tail = Math.max(1, this.tail + by);
    else {
      const n = this.all.findLast(({ gap }) => gap > 0);
      if (n) n.gap = Math.max(1, n.gap + by);
    }
  }

  /** @param {readonly any[]} rows @param {any} row @returns {number} where the same row is, unchanged; or -1 */
  find(rows, row) {
    const key = this.keyOf(row);
    return rows.findIndex((other) => this.keyOf(other) === key && same(other, row));
  }

  /** Rows after a chunk that does not end the table. @param {Chunk} chunk @param {number} rest an estimate */
  tailAfter({ next }, rest) {
    return next === null ? 0 : Math.max(this.#counted ? 1 : this.#size, rest);
  }

  /**
   * Rows of new chunks are nowhere else: they moved there.
   * @param {Chunk[]} fresh @param {(Chunk | undefined)[]} [joined] for a page that landed: a chunk that is
   *   not joined to it, but has its first or last row, was elsewhere than thought
   */
  only(fresh, joined) {
    const rows = fresh.flatMap((chunk) => chunk.rows);
    const here = new Set(rows.map(this.keyOf));
    const edges = joined && rows.length ? [rows[0], rows[rows.length - 1]] : [];
    for (const chunk of [...this.all]) {
      if (fresh.includes(chunk)) continue;
      if (chunk.lead !== undefined && here.has(this.keyOf(chunk.lead))) chunk.lead = undefined;
      const others = chunk.rows.filter((row) => !here.has(this.keyOf(row)));
      if (others.length === chunk.rows.length) continue;
      const wrong =
        !joined?.includes(chunk) && edges.some((row) => this.find(chunk.rows, row) >= 0);
      if (wrong) this.forget(chunk);
      else chunk.rows = others;
    }
  }

  /** Leaves no chunk without rows, joins small ones, and begins and ends the table where they do. */
  tidy() {
    const { all } = this;
    for (let i = all.length - 1; i >= 0; i--) {
      const [chunk, n] = [all[i], all[i + 1]];
      const empty = !chunk.rows.length;
      if (n?.gap === 0) {
        const few = chunk.rows.length + n.rows.length <= this.#size;
        if (!empty && n.rows.length && !(few && chunk.stale === n.stale)) continue;
        chunk.rows = n.rows.length ? [...chunk.rows, ...n.rows] : chunk.rows;
        chunk.next = n.next;
        chunk.stale = /** @type {0 | 1 | 2} */ (Math.max(chunk.stale, n.stale));
        chunk.failed ||= n.failed;
        chunk.names = new Set([...chunk.names, ...n.names]);
        chunk.tags = new Set([...chunk.tags, ...n.tags]);
        all.splice(i + 1, 1);
      } else if (empty && (chunk.gap || i === 0) && (chunk.after !== null || chunk.next !== null)) {
        if (n) n.gap += chunk.gap;
        else this.tail += chunk.gap;
        all.splice(i, 1);
      }
    }
    const last = all.at(-1);
    if (last && last.next !== null) this.tail = this.tailAfter(last, this.tail);
    if (!last) this.tail ||= 1;
    this.#fit(); // a chunk may still have had rows of before the count
  }
}
