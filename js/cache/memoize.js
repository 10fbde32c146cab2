/** Functions without a name that lasts. @type {WeakMap<Function, string>} */
const names = new WeakMap();
let functions = 0;

/**
 * As `Cache.memoize`.
 * @template {any[]} Args
 * @template Result
 * @param {import("./cache.js").Cache} cache
 * @param {(...args: Args) => Result} fn called with the `this` of the call
 * @param {import("./options.js").FetchOptions & { key?: (...args: Args) => string, name?: string }} [options]
 * @param {boolean} [persists] keys outlive the page
 * @returns {(...args: Args) => Promise<Awaited<Result>>}
 * @throws {TypeError}
 */
export function memoized(cache, fn, { key, name, ...options } = {}, persists = false) {
  if (typeof fn !== "function") throw new TypeError("memoize: fn must be a function");
  if (key !== undefined && typeof key !== "function")
    throw new TypeError("memoize: key must be a function");
  if (name !== undefined && typeof name !== "string")
    throw new TypeError("memoize: name must be a string");
  if (persists && !key && name === undefined) {
    throw new TypeError("memoize: a cache that persists needs the option name or key");
  }
  const prefix = name ?? own(fn);
  return /** @this {any} @param {Args} args */ async function (...args) {
    const under = key ? key(...args) : `${prefix}:${text(args)}`;
    return cache.fetch(under, () => fn.apply(this, args), options);
  };
}

/** Minified functions share their names, so each gets a number. @param {Function} fn */
function own(fn) {
  let name = names.get(fn);
  if (name === undefined) {
    name = `${fn.name}#${++functions}`;
    names.set(fn, name);
  }
  return name;
}

/**
 * Arguments as text, JSON where they are JSON: what differs has different texts.
 * @param {any} value @returns {string}
 * @throws {TypeError} when it cannot tell
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
  if (ArrayBuffer.isView(value)) {
    return `${type}[${new Uint8Array(value.buffer, value.byteOffset, value.byteLength)}]`;
  }
  if (value instanceof ArrayBuffer) return `${type}[${new Uint8Array(value)}]`;
  if (type !== undefined && type !== "Object") throw unclear(`an object of class ${type}`);
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${text(inner)}`)}}`;
}

/** @param {string} what */
function unclear(what) {
  return new TypeError(`memoize: ${what} among the arguments; give the option key`);
}
