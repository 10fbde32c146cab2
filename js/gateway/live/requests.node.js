// What clients may ask for, and how they are refused.

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
const control = /[\u0000-\u001f\u007f]/;

/** A request that is refused: the connection goes on. */
export class Refused extends Error {
  /**
   * @param {string} code stable, upper case
   * @param {string} message for people
   * @param {number} [wait] ms until another try makes sense
   */
  constructor(code, message, wait) {
    super(message);
    this.code = code;
    this.wait = wait;
  }
}

/** A client that is not understood, or not let in: the connection ends. */
export class Ended extends Error {
  /** @param {number} status close code @param {string} reason up to 120 bytes */
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

/**
 * What a client is told. Errors that are not refusals are not its business.
 * @param {unknown} error
 * @returns {{ code: string, message: string, wait?: number }}
 */
export function told(error) {
  if (error instanceof Refused) return error;
  const { name, code, message } = /** @type {Error & { code?: string }} */ (error ?? {});
  if (name === "ApusError" && code) return { code, message };
  return { code: "UNAVAILABLE", message: "the gateway cannot do this now", wait: 1000 };
}

/** @param {string} message */
export const bad = (message) => new Refused("BAD_REQUEST", message);
/** @param {string} what */
export const forbidden = (what) => new Refused("FORBIDDEN", `not allowed: ${what}`);

/** @param {unknown} value @param {string} what @param {number} most @returns {string} */
export function textOf(value, what, most) {
  if (typeof value !== "string" || value === "" || value.length > most || !value.isWellFormed()) {
    throw bad(`${what} must be text of 1 to ${most} characters`);
  }
  return value;
}

/** The name of a channel, or of a stream of the gateway's own. @param {unknown} value @returns {string} */
export function nameOf(value) {
  const name = textOf(value, "a channel", 300);
  if (control.test(name)) throw bad("a channel must not have control characters");
  if (name.length > 256 && !name.startsWith("#")) textOf(value, "a channel", 256);
  return name;
}

/** The name of an application's channel. @param {unknown} value @returns {string} */
export function channelOf(value) {
  const name = nameOf(value);
  if (name.startsWith("#")) throw bad('a channel must not begin with "#"');
  return name;
}

/** @param {unknown} value @param {string} what @param {number} from @param {number} to @returns {number} */
export function integerOf(value, what, from, to) {
  if (!Number.isSafeInteger(value) || Number(value) < from || Number(value) > to) {
    throw bad(`${what} must be an integer from ${from} to ${to}`);
  }
  return Number(value);
}

/** @param {Record<string, unknown>} args @returns {import("../../sync/position.js").Position} */
export function positionOf({ epoch, offset }) {
  return {
    epoch: integerOf(epoch, "epoch", 0, Number.MAX_SAFE_INTEGER),
    offset: epoch === 0 ? -1 : integerOf(offset, "offset", -1, Number.MAX_SAFE_INTEGER),
  };
}
