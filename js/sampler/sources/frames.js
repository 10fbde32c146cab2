/**
 * Times the frames while the page is visible. It asks for every frame, so it
 * keeps the page drawing: for debugging, not for every visit.
 * @param {(frameMs: number, dropped: number) => void} report `dropped`: frames that should have been there
 * @returns {() => void} stops it
 */
export function frameSource(report) {
  let last = 0;
  // The screen's own interval is the shortest that was seen, slowly forgotten.
  let interval = 1000 / 30;
  let request = requestAnimationFrame(function frame(now) {
    const elapsed = now - last;
    // A second between frames is a page that was hidden, not a slow one.
    if (last && elapsed > 0 && elapsed < 1000) {
      interval = Math.max(4, Math.min(interval * 1.001, elapsed));
      report(elapsed, Math.max(0, Math.round(elapsed / interval) - 1));
    }
    last = now;
    request = requestAnimationFrame(frame);
  });
  return () => cancelAnimationFrame(request);
}
