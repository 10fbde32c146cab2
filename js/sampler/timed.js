/** Functions that are timed while they run. */

/**
 * Returns a function of the same type.
 * @typedef {<F extends (...args: never[]) => unknown>(fn: F, context?: { name: string | symbol }) => F} Timed
 */

/**
 * @param {Pick<import("./sampler.js").Sampler, "trackExecution">} sampler
 * @param {string} [name] default: the function's own
 * @returns {Timed} decorates methods and wraps functions
 */
export function timedBy(sampler, name) {
  return (fn, context = fn) => {
    const label = name ?? String(context.name);
    return /** @type {any} */ (
      /** @this {unknown} @param {never[]} args */
      function (...args) {
        return sampler.trackExecution(label, () => fn.apply(this, args));
      }
    );
  };
}

/**
 * @template Result
 * @param {() => Result} fn
 * @param {() => void} end called when `fn` has returned or thrown, or its promise or thenable has settled
 * @returns {Result}
 */
export function runThen(fn, end) {
  /** @type {any} */
  let result;
  try {
    result = fn();
  } catch (error) {
    end();
    throw error;
  }
  if (result instanceof Promise) return /** @type {any} */ (result.finally(end));
  if (typeof result?.then !== "function" || !watchThen(result, end)) end();
  return result;
}

const key = "then";

/**
 * Waits until the page calls `then`: calling it here would start a lazy query.
 * @param {any} thenable @param {() => void} end
 * @returns {boolean} false for an object that cannot be changed
 */
function watchThen(thenable, end) {
  const own = Object.getOwnPropertyDescriptor(thenable, key);
  const then = thenable[key];
  /** @param {unknown} use @param {(value: unknown) => unknown} otherwise */
  const ending = (use, otherwise) =>
    /** @this {unknown} @param {unknown[]} results */
    function (...results) {
      end();
      return (typeof use === "function" ? use : otherwise).apply(this, results);
    };
  return Reflect.defineProperty(thenable, key, {
    configurable: true,
    writable: true,
    /** @this {any} @param {unknown} [took] @param {unknown} [failed] @param {unknown[]} more */
    value(took, failed, ...more) {
      if (own) Reflect.defineProperty(thenable, key, own);
      else delete thenable[key];
      const fail = (/** @type {unknown} */ error) => {
        throw error;
      };
      return then.call(
        this,
        ending(took, (value) => value),
        ending(failed, fail),
        ...more,
      );
    },
  });
}
