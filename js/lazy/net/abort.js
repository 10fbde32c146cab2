/**
 * Calls `abort` with the signal's reason when it aborts, or at once if it has.
 *
 * @param {AbortSignal | undefined} signal @param {(reason: any) => void} abort
 * @returns {() => void} stops listening; must be called, because a signal may outlive many requests
 */
export function onAbort(signal, abort) {
  const call = () => abort(signal?.reason);
  if (signal?.aborted) call();
  signal?.addEventListener("abort", call, { once: true });
  return () => signal?.removeEventListener("abort", call);
}

/**
 * The result of `promise`, or a rejection with the signal's reason as soon as
 * it aborts, whatever is still pending.
 *
 * @template T
 * @param {Promise<T>} promise @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, reject);
    promise.then(resolve, reject).finally(stop);
  });
}

/**
 * Aborts `controller` when `signal` aborts. (AbortSignal.any() is younger than
 * the browsers that Apus supports.)
 *
 * @param {AbortController} controller @param {AbortSignal} [signal]
 */
export const follow = (controller, signal) => onAbort(signal, (reason) => controller.abort(reason));
