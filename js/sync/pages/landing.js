/** @typedef {import("./chunks.js").Answer} Answer */
/** @typedef {import("./chunks.js").Chunk} Chunk */
/** @typedef {import("./chunks.js").Chunks} Chunks */
/** @typedef {import("./chunks.js").PageRequest} PageRequest */

/**
 * A page arrived: puts it where its cursor says, or at its ordinal. One that follows nothing that
 * is known any more is dropped.
 * @param {Chunks} table @param {PageRequest} request @param {Answer} answer
 * @param {Pick<Chunk, "names" | "tags" | "stale">} page
 */
export function land(
  table,
  { after, before, at = 0 },
  { rows, next = null, previous = null, ...answer },
  page,
) {
  const { all } = table;
  const jumps = after === undefined && before === undefined && at > 0;
  if (jumps) {
    const sure = all.slice(0, sureOf(all));
    const last = rows.at(-1);
    // Not where it was meant to land: the rows are reached by cursors.
    if (last !== undefined && sure.some((chunk) => table.find(chunk.rows, last) >= 0)) return;
    distrust(table, Boolean(answer.estimated));
  }
  const index = jumps
    ? (table.missing(at + 1, at + 2)?.index ?? -1)
    : after !== undefined
      ? all.findIndex((chunk) => chunk.next === after) + 1 || -1
      : before !== undefined
        ? all.findIndex((chunk) => chunk.after === before)
        : 0;
  if (after !== undefined && index >= 0) passOver(table, index, rows.at(-1));
  const n = all[index];
  const hole = n ? n.gap : table.tail;
  if (index < 0 || !hole) return;
  const ordinal = answer.at ?? at;
  if (jumps && !rows.length) return endsBefore(table, index, Math.min(ordinal, at));
  if (!rows.length && before === undefined) next = null;
  const from = table.startOf(index) - hole;
  const begin = after ?? (jumps || before !== undefined ? previous : null);
  /** @type {Chunk} */
  const chunk = { ...page, rows, after: begin, next, gap: 0, epoch: table.epoch };
  if (before !== undefined) {
    chunk.next = before;
    chunk.epoch = n.epoch;
    if (n.lead === undefined) chunk.stale = 2;
    else chunk.rows = [...rows, n.lead];
  }
  const p = joinLeft(table, chunk, index, after !== undefined);
  const joined = joinRight(table, chunk, n, before !== undefined);
  const count = chunk.rows.length;
  if (begin !== null && !p) {
    const room = n && !joined ? hole - count - 1 : Number.POSITIVE_INFINITY;
    const before = joined ? hole - count : Math.min(ordinal + 1 - from, room);
    chunk.gap = Math.max(1, before);
  }
  const rest = hole - chunk.gap - count;
  if (n) n.gap = joined ? 0 : Math.max(1, rest);
  else table.tail = table.tailAfter(chunk, rest);
  // Where nothing comes before, and nothing follows.
  const end = chunk.next === null ? all.length : index;
  if (chunk.next === null) table.tail = 0;
  const start = begin === null ? 0 : index;
  if (p && after !== undefined) chunk.epoch = p.epoch;
  all.splice(start, end - start, chunk);
  chunk.tags = new Set(chunk.rows.flatMap(table.tagsOf)); // not of the row that is its place
  table.only([chunk], [p, joined ? n : undefined]);
  table.tidy();
}

/**
 * Pages were fetched again for the rows of a chunk, and of those joined to it as far as they overlap.
 * @param {Chunks} table @param {Chunk} first @param {Chunk[]} fresh each beginning where the one before ends
 * @param {boolean} last no more will come
 * @returns {number} rows that are to be fetched first, behind the last page: nothing changed; else 0
 */
export function renew(table, first, fresh, last) {
  const { all } = table;
  const index = all.indexOf(first);
  const head = fresh[0];
  const end = fresh[fresh.length - 1];
  let stop = index + 1;
  while (all[stop]?.gap === 0) stop++;
  const run = all.slice(index, stop);
  const row = end.rows.at(-1);
  // Pages before it have gone past it: its own place is not in the gap where it was put.
  const isBefore = (/** @type {any} */ one) =>
    one !== undefined && all.slice(0, index).some(({ rows }) => table.find(rows, one) >= 0);
  if (isBefore(head.rows[0]) || isBefore(row)) {
    table.forget(first);
    table.tidy();
    return 0;
  }
  const exact = run.findIndex(({ next }) => next === end.next);
  const known = row === undefined ? -1 : run.findIndex(({ rows }) => table.find(rows, row) >= 0);
  const here = new Set(fresh.flatMap(({ rows }) => rows.map(table.keyOf)));
  const unseen = (/** @type {readonly any[]} */ rows) =>
    rows.filter((row) => !here.has(table.keyOf(row))).length;
  const { gap, lead, epoch } = first;
  let count = run.length;
  if (end.next === null) count = all.length - index;
  else if (exact >= 0) count = exact + 1;
  else if (known >= 0) {
    const chunk = run[known];
    const place = table.find(chunk.rows, row);
    count = known + (place + 1 < chunk.rows.length ? 0 : 1);
    const between = [...run.slice(1, known).flatMap(({ rows }) => rows)];
    if (known) between.push(...chunk.rows.slice(0, place));
    if (unseen(between)) chunk.stale = 2;
    behind(chunk, place + 1, end.next);
    chunk.gap = 0;
  } else {
    const part = run.findIndex(({ rows }) => unseen(rows));
    if (part >= 0 && !last) return unseen(run[part].rows);
    if (part >= 0) count = part + 1;
  }
  for (const chunk of fresh) chunk.epoch = epoch;
  head.gap = gap;
  head.lead = lead;
  all.splice(index, count, ...fresh);
  const n = all[index + fresh.length];
  if (!n) table.tail = table.tailAfter(end, table.tail);
  else if (n.gap === 0 && n.after !== end.next) n.gap = 1; // nobody knows what is between
  table.only(fresh);
  table.tidy();
  return 0;
}

/** How many chunks are joined to the table's begin: their ordinals are right. @param {Chunk[]} all */
function sureOf(all) {
  let count = 0;
  if (all[0]?.after === null) while (all[count]?.gap === 0) count++;
  return count;
}

/** A page that ends in a later chunk has all that is in front of that. @param {Chunks} table @param {number} index of the chunk after the page @param {any} last its last row */
function passOver(table, index, last) {
  const { all } = table;
  if (last === undefined || !all[index]?.gap) return;
  const end = all.findIndex((chunk, i) => i > index && table.find(chunk.rows, last) >= 0);
  for (let i = index; i < end; i++) table.forget(all[index]);
}

/** Ordinals of jumps may be wrong by now. @param {Chunks} table @param {boolean} estimated */
function distrust(table, estimated) {
  for (const chunk of table.all.slice(sureOf(table.all))) {
    if (estimated || chunk.epoch !== table.epoch) table.forget(chunk);
  }
}

/** The table ends before an ordinal in the gap before a chunk: nobody knows where. @param {Chunks} table @param {number} index @param {number} ordinal */
function endsBefore(table, index, ordinal) {
  const from = table.startOf(index) - (table.all[index]?.gap ?? table.tail);
  table.all.splice(index);
  table.tail = Math.max(1, Math.floor((ordinal - from) / 2));
  table.tidy();
}

/** @param {Chunks} table @param {Chunk} chunk @param {number} index @param {boolean} follows @returns {Chunk | undefined} the chunk before, if they are joined */
function joinLeft(table, chunk, index, follows) {
  const p = table.all[index - 1];
  if (follows || chunk.after === null) return follows ? p : undefined;
  const [lead, ...rows] = chunk.rows;
  chunk.rows = rows;
  const place = p && chunk.after !== p.next ? table.find(p.rows, lead) : -1;
  if (place >= 0) {
    p.rows = p.rows.slice(0, place + 1);
    p.next = chunk.after;
  }
  if (p?.next === chunk.after) return p;
  if (!chunk.stale) chunk.lead = lead; // else it may have changed too
  return undefined;
}

/** @param {Chunks} table @param {Chunk} chunk @param {Chunk | undefined} n the chunk after it @param {boolean} precedes @returns {boolean} whether they are joined */
function joinRight(table, chunk, n, precedes) {
  if (!n || chunk.next === null) return false;
  if (precedes || chunk.next === n.after) {
    n.lead = undefined;
    return true;
  }
  const last = chunk.rows.at(-1);
  if (last === undefined) return false;
  const known = n.lead === undefined ? n.rows : [n.lead, ...n.rows];
  const place = table.find(known, last);
  if (place < 0) return false;
  const here = new Set(chunk.rows.map(table.keyOf));
  if (!known.slice(0, place).every((row) => here.has(table.keyOf(row)))) n.stale = 2;
  behind(n, place + 1 - (known.length - n.rows.length), chunk.next);
  return true;
}

/** Other pages know a chunk's rows up to `count`: it begins behind them. @param {Chunk} chunk @param {number} count @param {string | null} after */
function behind(chunk, count, after) {
  chunk.rows = chunk.rows.slice(count);
  chunk.after = after;
  chunk.lead = undefined;
}
