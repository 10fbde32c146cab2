/**
 * Moments of a page in which work does not disturb it. Each comes at once in a hidden page, which
 * may run for the last time. Only in documents.
 */

const longestMs = 3000; // a frame that nobody sees, or a page that is never idle

/** Resolves when the page's next frame has been painted. @returns {Promise<void>} */
export function painted() {
  return orHidden((done) => requestAnimationFrame(() => setTimeout(done)));
}

/** Resolves when the browser has nothing else to do. @returns {Promise<void>} */
export function idle() {
  return orHidden((done) => (globalThis.requestIdleCallback ?? setTimeout)(done));
}

/** @param {(done: () => void) => void} wait @returns {Promise<void>} */
function orHidden(wait) {
  return new Promise((resolve) => {
    if (document.hidden) return resolve();
    const over = new AbortController();
    const done = () => {
      over.abort();
      resolve();
    };
    document.addEventListener("visibilitychange", done, { signal: over.signal });
    setTimeout(done, longestMs);
    return wait(done);
  });
}
