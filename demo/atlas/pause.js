/**
 * Lets the browser paint and answer before the work goes on. `setTimeout` and
 * not `scheduler.yield`: the page shall come first, not just get a turn.
 * @returns {Promise<void>}
 */
export function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}
