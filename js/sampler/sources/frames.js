/** Of every five seconds one is watched, in ms. */
const WATCH = 1000;
const REST = 4000;

/**
 * Times frames while the page is visible, a second in five: asking for a frame
 * makes the browser draw one, and what is watched without a pause is the
 * watching. (What is slow in between, long animation frames tell.)
 * @param {(frameMs: number, dropped: number) => void} report `dropped`: frames that should have been there
 * @returns {() => void} stops it
 */
export function frameSource(report) {
  let begin = 0;
  let last = 0;
  // The screen's own interval is the shortest that was seen, slowly forgotten.
  let interval = 1000 / 30;
  let request = requestAnimationFrame(frame);
  /** @type {any} */
  let timer;

  /** @param {number} now */
  function frame(now) {
    const elapsed = now - last;
    // A second between frames is a page that was hidden, not a slow one.
    if (last && elapsed > 0 && elapsed < 1000) {
      interval = Math.max(4, Math.min(interval * 1.001, elapsed));
      report(elapsed, Math.max(0, Math.round(elapsed / interval) - 1));
    } else {
      begin = now;
    }
    last = now;
    if (now - begin < WATCH) {
      request = requestAnimationFrame(frame);
    } else {
      last = 0;
      timer = setTimeout(() => {
        request = requestAnimationFrame(frame);
      }, REST);
    }
  }

  return () => {
    cancelAnimationFrame(request);
    clearTimeout(timer);
  };
}
