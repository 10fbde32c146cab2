/**
 * Calls an observer whose failure must not fail the observed operation. Its errors
 * are reported like uncaught ones, except `CLOSED`: a closed cache or sampler.
 * @param {() => unknown} observer
 */
export function notify(observer) {
  try {
    observer();
  } catch (/** @type {any} */ error) {
    if (error?.code !== "CLOSED") globalThis.reportError?.(error);
  }
}
