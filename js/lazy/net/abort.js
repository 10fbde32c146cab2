/**
 * The result of `promise`, or a rejection with the signal's reason as soon as
 * it aborts, whatever is still pending.
 *
 * @template T
 * @param {Promise<T>} promise @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * Aborts `controller` when `signal` aborts. (AbortSignal.any() is younger than
 * the browsers that Apus supports.)
 *
 * @param {AbortController} controller @param {AbortSignal} [signal]
 * @returns {() => void} stops following; must be called, because a signal may outlive many requests
 */
export function follow(controller, signal) {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}
