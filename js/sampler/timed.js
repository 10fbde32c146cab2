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
 * @param {() => void} end called when `fn` has returned or thrown, or its promise has settled
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
  if (typeof result?.then === "function")
    return result.finally ? result.finally(end) : result.then(end, end);
  end();
  return result;
}
