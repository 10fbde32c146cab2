/**
 * A place in a log. Offsets count from 0 within an epoch. An epoch ends when history was lost, for
 * example when a replica took over with less than its master had acknowledged; the next epoch is
 * larger, so positions of one log can be ordered.
 * @typedef {object} Position
 * @property {number} epoch
 * @property {number} offset
 */

/**
 * The position of an event that somebody has seen. The check is a random word that the event
 * carries: if a log holds another event at this position, or none, the histories differ.
 * @typedef {Position & { check: string }} Cursor
 */

/**
 * Where somebody goes on to read. The position of an answer (`Apus-As-Of`) has no check; then only
 * the place is compared.
 * @typedef {Position & { check?: string }} Seen
 */

const form = /^(\d{1,16}):(\d{1,16})$/;
const cursorForm = /^(\d{1,16}):(\d{1,16})(?::([0-9a-z]{1,13}))?$/;

/** Before the first event of every log. @type {Position} */
export const START = Object.freeze({ epoch: 0, offset: 0 });

/** @param {Position} a @param {Position} b @returns {number} negative if `a` is older than `b` */
export const compare = (a, b) => a.epoch - b.epoch || a.offset - b.offset;

/** As in `Apus-As-Of` and `ETag`: `epoch:offset`. @param {Position} position */
export const positionText = ({ epoch, offset }) => `${epoch}:${offset}`;

/** @param {Cursor} cursor @returns {string} `epoch:offset:check` */
export const cursorText = ({ epoch, offset, check }) => `${epoch}:${offset}:${check}`;

/** @param {string} text @returns {Position | undefined} undefined if it is no position */
export function parsePosition(text) {
  const [, epoch, offset] = form.exec(text) ?? [];
  return epoch === undefined ? undefined : safe({ epoch: Number(epoch), offset: Number(offset) });
}

/** @param {string} text @returns {Seen | undefined} undefined if it is no cursor and no position */
export function parseCursor(text) {
  const [, epoch, offset, check] = cursorForm.exec(text) ?? [];
  if (epoch === undefined) return undefined;
  return safe({ epoch: Number(epoch), offset: Number(offset), check });
}

/**
 * The positions of an answer, as in `Apus-As-Of`: in the log of the key's bucket, and in that of
 * tags.
 * @param {string | null | undefined} text
 * @returns {[asOf: Position, tagsAsOf: Position] | undefined} undefined if it does not hold two
 */
export function parseAsOf(text) {
  const [asOf, tagsAsOf, ...more] = (text ?? "").split(/, ?/).map(parsePosition);
  return asOf && tagsAsOf && more.length === 0 ? [asOf, tagsAsOf] : undefined;
}

/** @template {Position} Place @param {Place} place */
function safe(place) {
  const exact = Number.isSafeInteger(place.epoch) && Number.isSafeInteger(place.offset);
  return exact ? place : undefined;
}
