/** @typedef {import("./view.js").ListView<any>} ListView */

/**
 * For parts that listen outside the list: calls `listen` whenever the list comes into the document.
 * The signal aborts when it leaves, so that nothing keeps a removed list alive.
 * @param {ListView} view @param {(signal: AbortSignal) => void} listen
 */
export function whileConnected(view, listen) {
  /** @type {AbortController | undefined} */
  let abort;
  const follow = (/** @type {boolean} */ connected) => {
    if (!connected) {
      abort?.abort();
      abort = undefined;
    } else if (!abort) {
      abort = new AbortController();
      listen(abort.signal);
    }
  };
  view.movers.add(follow);
  follow(view.host.isConnected);
}

/**
 * Calls `left` after the list was removed, not moved: it is out of the document when the task ends.
 * @param {ListView} view @param {() => void} left
 */
export function whenRemoved(view, left) {
  const look = () => queueMicrotask(() => view.host.isConnected || left());
  view.movers.add((connected) => {
    if (!connected) look();
  });
  look(); // it may have been removed before this part had loaded
}
