/**
 * Segments as records in IndexedDB: a head, the pieces of a body, and a note
 * that lists the segment.
 *
 * Chromium moves a value of 64 KB or more to a separate file, through a blob
 * that it fetches from the page. That takes twice as long, most of it on the
 * page's thread, and it fails when the page ends. A body therefore lies in
 * pieces below that size, under [id, 0], [id, 1], …
 */

/** @typedef {import("./pack.js").Segment} Segment */
/** @typedef {import("./database.js").Database} Database */
/** @typedef {import("./database.js").Transaction} Transaction */

/** Bytes of a piece at most. */
export const PIECE = 62 << 10;

/**
 * All keys that are arrays; they sort after all others. Pieces have such keys,
 * and so have the notes that list the segments: each segment has one under [id],
 * which shows when its other records are lost.
 */
export const arrays = () => IDBKeyRange.lowerBound([]);

/** All pieces of a segment. @param {string} id */
export const allOf = (id) => IDBKeyRange.bound([id], [id, []]);

/**
 * @param {Transaction} tx @param {string} id
 * @returns {Promise<unknown[]>} a body's pieces; empty when there is no such body
 */
export function getBody(tx, id) {
  return tx.objectStore("bodies").getAll(allOf(id));
}

/** @param {Transaction} tx @param {string} id @param {Segment} segment @returns {Promise<unknown>[]} */
export function putSegment(tx, id, { head, body }) {
  const [heads, bodies] = [tx.objectStore("heads"), tx.objectStore("bodies")];
  return [
    heads.put(head, id),
    tx.objectStore("notes").put(0, [id]),
    ...body.map((piece, number) => bodies.put(piece, [id, number])),
  ];
}

/** @param {Transaction} tx @param {string} id @returns {Promise<unknown>[]} */
function deleteSegment(tx, id) {
  return [
    tx.objectStore("heads").delete(id),
    tx.objectStore("bodies").delete(allOf(id)),
    tx.objectStore("notes").delete([id]),
  ];
}

/**
 * Writes a segment and removes others in the same transaction.
 * @param {Database} database @param {string} id @param {Segment | undefined} segment
 * @param {{ removed?: string[], moved?: boolean, durability?: IDBTransactionDurability }} [options]
 *   `moved`: the segment is made of `removed`
 * @returns {Promise<boolean>} false when one of those to move was gone; then nothing changed
 * @throws IndexedDB's error
 */
export function commitSegment(database, id, segment, options = {}) {
  const { removed = [], moved = false, durability = "relaxed" } = options;
  /** @param {Transaction} tx */
  const put = (tx) => {
    const requests = removed.flatMap((old) => deleteSegment(tx, old));
    if (segment) requests.push(...putSegment(tx, id, segment));
    requests.forEach(awaitedLater);
    tx.commit();
    return Promise.all(requests).then(() => true);
  };
  return database.run(
    "readwrite",
    async (tx) => {
      if (moved) {
        const heads = tx.objectStore("heads");
        const found = await Promise.all(removed.map((old) => heads.getKey(old)));
        if (found.includes(undefined)) return false;
      }
      return put(tx);
    },
    { durability },
  );
}

/**
 * Finds the segments that are new, and those that are gone.
 * @param {Database} database
 * @param {string[]} known ids
 * @param {Set<string>} coming those of them that may not be on the disk yet
 * @param {(id: string, again: boolean) => boolean} wanted whether to read a segment's head;
 *   `again`: known ones too
 * @returns {Promise<{ gone: string[], fresh: [id: string, head: unknown][], hits: any }>}
 * @throws IndexedDB's error
 */
export function readHeads(database, known, coming, wanted) {
  return database.run("readonly", async (tx) => {
    const store = tx.objectStore("heads");
    const all = known.length ? undefined : awaitedLater(store.getAll());
    const notes = tx.objectStore("notes");
    const hits = awaitedLater(notes.get("hits"));
    /** @type {Promise<any[]>} */ const list = awaitedLater(notes.getAllKeys(arrays()));
    const ids = /** @type {string[]} */ (await store.getAllKeys());
    const present = new Set(ids);
    const gone = known.filter((id) => !present.has(id));
    // A segment that never arrived has hidden older entries, which must be found again.
    const again = gone.some((id) => coming.has(id));
    const fresh = ids.filter((id) => all || wanted(id, again));
    // A removed segment leaves the list too. One that is only in the list is damaged.
    fresh.push(...(await list).flat().filter((id) => !present.has(id)));
    const heads = all ? await all : await Promise.all(fresh.map((id) => store.get(id)));
    return { gone, fresh: fresh.map((id, i) => [id, heads[i]]), hits: await hits };
  });
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

/**
 * A request whose transaction may fail before anyone awaits it.
 * @template T
 * @param {Promise<T>} request
 */
export function awaitedLater(request) {
  request.catch(() => {});
  return request;
}
