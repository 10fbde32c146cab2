/** Numbers of functions without a lasting name. @type {WeakMap<Function, number>} */
const numbers = new WeakMap();
let functions = 0;

/**
 * The key of a memoized call. Minified functions share names; a number tells them apart.
 * @param {string | Function} who @param {any[]} args
 */
export function keyOf(who, args) {
  if (typeof who === "string") return `${who}:${text(args)}`;
  const number = numbers.get(who) ?? ++functions;
  numbers.set(who, number);
  return `${who.name}#${number}:${text(args)}`;
}

/**
 * Arguments as text, JSON where possible. Different arguments have different texts.
 * @param {any} value @returns {string}
 * @throws {TypeError} for an argument that it cannot tell from others
 */
function text(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function" || typeof value === "symbol") throw unclear(`a ${typeof value}`);
  if (typeof value !== "object" || value === null) return String(value);
  const list = () => Array.from(value, text).join();
  if (Array.isArray(value)) return `[${list()}]`;
  const type = Object.getPrototypeOf(value)?.constructor?.name;
  if (value instanceof Map || value instanceof Set) return `${type}[${list()}]`;
  if (typeof value.toJSON === "function") return `${type}(${text(value.toJSON())})`;
  if (type !== undefined && type !== "Object") throw unclear(`an object of class ${type}`);
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${text(inner)}`)}}`;
}

/** @param {string} what */
function unclear(what) {
  return new TypeError(`memoize: the arguments contain ${what}; pass the option key`);
}
