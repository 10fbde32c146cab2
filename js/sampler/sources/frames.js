/** One second of five is watched, in ms. */
const WATCH = 1000;
const REST = 4000;

/**
 * Times frames while the page is visible, one second in five: requesting a frame makes the browser
 * draw one, so watching without a pause would measure itself. Long animation frames cover the
 * time in between.
 * @param {(frameMs: number, dropped: number) => void} report `dropped`: frames that were missed
 * @returns {() => void} stops it
 */
export function frameSource(report) {
  let begin = 0;
  let last = 0;
  // The screen's interval is the shortest one measured; it grows slowly, to adapt to changes.
  let interval = 1000 / 30;
  let request = requestAnimationFrame(frame);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} now */
  function frame(now) {
    const elapsed = now - last;
    // A second without a frame means that the page was hidden, not that it was slow.
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
