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
    number(value, name);
    if (!(value >= min && value <= max)) {
      throw new RangeError(message(name, `between ${min} and ${max}`, value));
    }
  };
}

/** @param {number} min @param {number} max @returns {Check} */
export function integerIn(min, max) {
  const inRange = numberIn(min, max);
  return (value, name) => {
    inRange(value, name);
    if (!Number.isInteger(value)) throw new RangeError(message(name, "an integer", value));
  };
}

/**
 * @param {string} what @param {(value: any) => boolean} is
 * @returns {Check} throws `TypeError`
 */
const kind = (what, is) => (value, name) => {
  if (!is(value)) throw new TypeError(message(name, what, value));
};

/** @param {string} what @param {string} type by `typeof` @returns {Check} */
const type = (what, type) => kind(what, (value) => typeof value === type);

const number = type("a number", "number");
export const boolean = type("true or false", "boolean");
export const string = type("a string", "string");
export const func = type("a function", "function");
export const abortSignal = kind("an AbortSignal", (value) => value instanceof AbortSignal);

/** @param {readonly string[]} values @returns {Check} */
export const oneOf = (values) =>
  kind(`one of ${values.join(", ")}`, (value) => values.includes(value));

/** @type {Check} a duration in ms: 0 or more, finite */
export const duration = numberIn(0, Number.MAX_SAFE_INTEGER);

/** @param {string} name @param {string} what it must be @param {unknown} value */
const message = (name, what, value) => `${name} must be ${what}, got ${show(value)}`;

/** @param {unknown} value */
function show(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
