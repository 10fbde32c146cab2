import { ApusError } from "../../core/errors.js";

// Positions in PostgreSQL's write-ahead log (LSN): bytes since the server was made. As numbers they
// are exact up to 2^53, which is 9 petabytes written.

/** @param {number} lsn @returns {string} as PostgreSQL writes it, `16/B374D848` */
export function lsnText(lsn) {
  const low = lsn % 2 ** 32;
  return `${hex((lsn - low) / 2 ** 32)}/${hex(low)}`;
}

/** @param {string} text as PostgreSQL writes it */
export function parseLsn(text) {
  const [high, low] = text.split("/").map((part) => Number.parseInt(part, 16));
  return safe(high * 2 ** 32 + low);
}

/** @param {Buffer} buffer @param {number} at */
export const readLsn = (buffer, at) => safe(Number(buffer.readBigUInt64BE(at)));

/** @param {number} lsn */
function safe(lsn) {
  if (Number.isSafeInteger(lsn)) return lsn;
  throw new ApusError("BAD_ANSWER", `PostgreSQL's position ${lsn} is no safe integer`);
}

/** @param {number} part */
const hex = (part) => part.toString(16).toUpperCase();
