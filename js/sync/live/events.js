/** @typedef {import("../position.js").Position} Position */
/** A value of JSON, or a `Uint8Array`. @typedef {ReturnType<JSON["parse"]>} Json */

/**
 * @typedef {object} LiveEvent
 * @property {string} type
 * @property {Json} data JSON or a `Uint8Array`
 * @property {string} [key] its subject, where only the newest counts
 * @property {Position} at its place in the channel's stream
 * @property {number} time ms since 1970, by the gateway's clock
 */

/** @param {number} epoch @param {any[]} rows as in frames @returns {LiveEvent[]} */
export const eventsOf = (epoch, rows) =>
  rows.map(([offset, time, type, data, key]) => ({
    type,
    data,
    ...(key !== 0 && { key }),
    at: { epoch, offset },
    time,
  }));

/**
 * JSON whose names are in order: the same for equal conditions.
 * @param {unknown} value @returns {string}
 */
export const canonical = (value) =>
  JSON.stringify(value, (_, it) =>
    it && typeof it === "object" && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
