/** @typedef {(error: unknown) => void} Wrong takes the error of a wrong setting */

/**
 * Applies settings that may be wrong, e.g. an element's attributes: a wrong one keeps its last
 * value and is reported.
 * @param {readonly (() => void)[]} settings each throws an error that names it @param {Wrong} wrong
 */
export function attempt(settings, wrong) {
  for (const apply of settings) {
    try {
      apply();
    } catch (error) {
      wrong(error);
    }
  }
}

/**
 * @param {import("./virtual-list.js").VirtualList} list
 * @param {{ estimate: number, overscan: number }} options of which each is applied alone
 * @param {Wrong} wrong
 */
export function configure(list, options, wrong) {
  attempt(
    [() => list.setEstimate(options.estimate), () => list.setOverscan(options.overscan)],
    wrong,
  );
}
