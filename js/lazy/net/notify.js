/**
 * Tells someone who watches. Who watches must not fail what is watched: errors
 * are reported as uncaught ones are, but for that of a cache or a sampler that
 * is closed.
 * @param {() => unknown} tell
 */
export function aside(tell) {
  try {
    tell();
  } catch (/** @type {any} */ error) {
    if (error?.code !== "CLOSED") globalThis.reportError?.(error);
  }
}
