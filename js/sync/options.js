import { duration, func, integerIn } from "../core/check.js";
import { BUCKETS } from "./bucket.js";
import { parseCursor } from "./position.js";

/** @typedef {import("./change-log.js").Change} Change */

/**
 * Where a holder of values has got to; JSON. Kept in the transaction that keeps the values.
 * @typedef {{ protocol: 1, logs: Record<string, string | null> }} Positions
 */

/**
 * @typedef {object} State
 * @property {"up" | "down"} state down: changes are not heard until it is up again
 * @property {string} [code] why it is down; see `Answers`, and `CHANGE_FAILED`: `onChange` threw
 * @property {unknown} [error]
 */

/**
 * @typedef {object} FollowerOptions
 * @property {string | URL} url the gateway's base, such as "/apus/"; relative to the page
 * @property {(change: Change) => void} onChange gets all changes of the logs that are held, in the
 *   order of each log, before `positions()` includes them. When it throws, the change comes again.
 * @property {(state: State) => void} [onState] at each change of state or code; first "up"
 *   when the gateway has answered
 * @property {Positions | null} [positions] where to go on
 * @property {typeof fetch} [fetch] adds headers, for example
 * @property {() => number} [now] ms since 1970, instead of `Date.now`
 * @property {number} [fastest] ms between two questions while something happens; default 1,000
 * @property {number} [slowest] ms while nothing happens, or the gateway is down; default 30,000
 * @property {number} [timeout] ms for an answer; default 10,000
 */

export const checkBucket = integerIn(0, BUCKETS - 1);

/** @type {Record<keyof FollowerOptions, import("../core/check.js").Check>} */
export const checks = {
  url(value, name) {
    if (typeof value !== "string" && !(value instanceof URL)) {
      throw new TypeError(`${name} must be a string or a URL`);
    }
  },
  onChange: func,
  onState: func,
  positions(value, name) {
    if (value !== null && !rightPositions(value)) {
      throw new TypeError(`${name} must be what positions() gave`);
    }
  },
  fetch: func,
  now: func,
  fastest: duration,
  slowest: duration,
  timeout: duration,
};

/** @param {any} value @returns {boolean} whether `positions()` can have given it */
export function rightPositions({ protocol, logs }) {
  return (
    protocol === 1 &&
    logs !== null &&
    typeof logs === "object" &&
    Object.entries(logs).every(
      ([log, cursor]) =>
        /^\d{1,2}$/.test(log) &&
        Number(log) <= BUCKETS &&
        (cursor === null || (typeof cursor === "string" && parseCursor(cursor))),
    )
  );
}
