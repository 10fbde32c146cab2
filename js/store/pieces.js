/**
 * A body's records. Chromium moves a value of 64 KB or more to a file of its own,
 * by way of a blob that it fetches from the page: that takes twice as long, most
 * of it in the page's thread, and it does not come about when the page ends. So
 * a body lies in pieces below that size, under [id, 0], [id, 1], …
 */

/** @typedef {import("./engine.js").Segment} Segment */
/** @typedef {import("./database.js").Transaction} Transaction */

/** Bytes of a piece at most. */
export const PIECE = 62 << 10;

/**
 * Keys that are arrays, which come after all others. Pieces have such keys, and so
 * have the notes that list the segments: each has one under [id], so that it is
 * missed when its other records are gone.
 */
export const arrays = () => IDBKeyRange.lowerBound([]);

/** @param {string} id */
const all = (id) => IDBKeyRange.bound([id], [id, []]);

/**
 * @param {Transaction} tx @param {string} id
 * @returns {Promise<unknown[]>} none when there is no such body
 */
export function getBody(tx, id) {
  return tx.objectStore("bodies").getAll(all(id));
}

/** @param {Transaction} tx @param {string} id @param {Segment} segment @returns {Promise<unknown>[]} */
export function putSegment(tx, id, { head, body }) {
  const [heads, bodies] = [tx.objectStore("heads"), tx.objectStore("bodies")];
  return [
    heads.put(head, id),
    tx.objectStore("notes").put(0, [id]),
    ...body.map((piece, number) => bodies.put(piece, [id, number])),
  ].filter((request) => request !== undefined);
}

/** @param {Transaction} tx @param {string} id @returns {Promise<unknown>[]} */
export function deleteSegment(tx, id) {
  return [
    tx.objectStore("heads").delete(id),
    tx.objectStore("bodies").delete(all(id)),
    tx.objectStore("notes").delete([id]),
  ];
}

/** A segment as one row of records, the head first. @param {Segment} segment */
export function piecesOf({ head, body }) {
  return [head, ...body];
}

/**
 * @param {[id: string, number: number][]} keys in order @param {any[]} pieces those of `piecesOf`
 * @returns {Map<string, Segment>}
 */
export function joinPieces(keys, pieces) {
  /** @type {Map<string, Segment>} */
  const segments = new Map();
  keys.forEach(([id, number], i) => {
    if (number === 0) segments.set(id, { head: pieces[i], body: [], size: 0 });
    else segments.get(id)?.body.push(pieces[i]);
  });
  return segments;
}
