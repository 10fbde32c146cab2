/**
 * Where a source is; noted in the engine, next to its channels.
 * @typedef {object} Place
 * @property {string} system identifier of the server
 * @property {number} timeline of its history
 * @property {number} generation 0, or when history was lost the last time; part of the publisher, so
 *   that positions of another history are not taken for repetitions
 * @property {number} lsn before which everything is applied; never less than what is confirmed
 */

/** @param {string | undefined} text @returns {Place | undefined} */
export const parsePlace = (text) => (text === undefined ? undefined : JSON.parse(text));

/**
 * Whether changes between the place and the slot may be missing.
 * @param {Place} known
 * @param {{ system: string, timeline: number, lsn: number, now: number }} found `lsn`: confirmed by
 *   the slot; `now`: of the server
 * @param {Place} [before] the place as it was before `found`
 * @returns {"server" | "timeline" | "skipped" | undefined}
 */
export function lossOf(known, { system, timeline, lsn, now }, before = known) {
  if (known.system !== system) return "server";
  // The positions that are known may be of other changes there.
  const rewound = before.generation === known.generation && before.lsn > now;
  if (known.timeline !== timeline || rewound) return "timeline";
  return lsn > known.lsn ? "skipped" : undefined;
}
