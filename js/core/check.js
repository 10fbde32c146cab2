/**
 * Checks of arguments. Each names the argument in its error, and all run
 * before anything changes.
 */

/**
 * @typedef {(value: any, name: string) => void} Check throws `TypeError` or `RangeError`
 */

/**
 * @param {string} where the public function, e.g. "Cache.open"
 * @param {unknown} options
 * @param {Record<string, Check>} checks one for each known option; `undefined` values are skipped
 * @throws {TypeError} for an option that is not in `checks`, or not an object
 */
export function checkOptions(where, options, checks) {
  if (options === null || typeof options !== "object") {
    throw new TypeError(`${where}: options must be an object, got ${show(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw new TypeError(`${where}: unknown option "${name}"`);
    if (value !== undefined) checks[name](value, `${where}: ${name}`);
  }
}

/**
 * A number within bounds; `Infinity` only where `max` allows it.
 * @param {number} min @param {number} max
 * @returns {Check}
 */
export function numberIn(min, max) {
  return (value, name) => {
    if (typeof value !== "number")
      throw new TypeError(`${name} must be a number, got ${show(value)}`);
    if (!(value >= min && value <= max)) {
      throw new RangeError(`${name} must be between ${min} and ${max}, got ${value}`);
    }
  };
}

/** @param {number} min @param {number} max @returns {Check} */
export function integerIn(min, max) {
  const inRange = numberIn(min, max);
  return (value, name) => {
    inRange(value, name);
    if (!Number.isInteger(value)) throw new RangeError(`${name} must be an integer, got ${value}`);
  };
}

/** @type {Check} a duration in ms: 0 or more, finite */
export const duration = numberIn(0, Number.MAX_SAFE_INTEGER);

/** @type {Check} */
export function boolean(value, name) {
  if (typeof value !== "boolean")
    throw new TypeError(`${name} must be true or false, got ${show(value)}`);
}

/** @type {Check} */
export function string(value, name) {
  if (typeof value !== "string")
    throw new TypeError(`${name} must be a string, got ${show(value)}`);
}

/** @type {Check} */
export function func(value, name) {
  if (typeof value !== "function")
    throw new TypeError(`${name} must be a function, got ${show(value)}`);
}

/** @type {Check} */
export function abortSignal(value, name) {
  if (!(value instanceof AbortSignal)) {
    throw new TypeError(`${name} must be an AbortSignal, got ${show(value)}`);
  }
}

/** @param {readonly string[]} values @returns {Check} */
export function oneOf(values) {
  return (value, name) => {
    if (!values.includes(value)) {
      throw new TypeError(`${name} must be one of ${values.join(", ")}, got ${show(value)}`);
    }
  };
}

/** @param {unknown} value */
function show(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
