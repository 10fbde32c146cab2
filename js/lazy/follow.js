/**
 * Aborts `controller` when `signal` aborts. (AbortSignal.any() is younger than
 * the browsers that Apus runs in.)
 *
 * @param {AbortController} controller @param {AbortSignal} [signal]
 * @returns {() => void} ends that; must be called, a signal may outlive many requests
 */
export function follow(controller, signal) {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}
