import { liveRows } from "./bodies.js";
import { nextTurn } from "./turns.js";

/** @typedef {import("./reader.js").StoredRecord} StoredRecord */

const ROWS = 1024; // at a time: whoever takes them over needs a few ms

/**
 * The live records of all segments, one segment at a time. Records that are
 * rewritten meanwhile come once more, from their new segment.
 * @param {Pick<import("./reader.js").ReaderParts, "segments" | "engine" | "health" | "changes">} parts
 * @param {Set<string>} known keys to leave out
 * @returns {AsyncGenerator<[string, StoredRecord][]>}
 */
export async function* readSegments({ segments, engine, health, changes }, known) {
  const seen = new Set();
  const start = () => {
    const slot = segments.ids.findIndex((id) => id !== undefined && !seen.has(id));
    if (slot < 0) return undefined;
    const id = segments.ids[slot];
    seen.add(id);
    const reading = segments.bodies.get(slot, false);
    reading.catch(() => {}); // awaited in the next round, if any
    return { id, reading };
  };
  try {
    for (let next = start(); next; ) {
      const { id, reading } = next;
      const body = await reading;
      next = start();
      if (!body && segments.has(id)) await segments.refresh(); // another tab may have moved its records
      if (body) {
        await nextTurn(); // decoding took a separate turn
        const rows = liveRows(body, (set) => engine.tags(set));
        for (let at = 0; at < rows.length; at += ROWS) {
          const some = rows.slice(at, at + ROWS);
          const fresh = some.filter(([key]) => !known.has(key) && !changes.of(key));
          if (fresh.length) yield fresh;
          await nextTurn();
        }
      }
      next ??= start(); // segments added since
    }
  } catch (error) {
    health.failed(error);
  }
}
