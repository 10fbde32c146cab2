/**
 * Sharing the thread: long work goes in slices, and no wait lasts for ever.
 */

/** A slice of work in ms: with the packing of a segment on top, below a frame. */
export const SLICE = 4;

/**
 * Lets the page's other tasks run, in their order: `scheduler.yield()` would go
 * on before them.
 * @returns {Promise<void>}
 */
export function nextTurn() {
  channel ??= turning();
  channel.postMessage(0);
  return new Promise((resolve) => turns.push(resolve));
}

/** Those who wait for their turn. @type {(() => void)[]} */
const turns = [];
/** @type {MessagePort | undefined} */
let channel;

function turning() {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => turns.shift()?.();
  return port2;
}

/**
 * @template T
 * @param {Promise<T>} promise @param {number} ms @param {string} what for the message
 * @returns {Promise<T>} rejects with a `TimeoutError` when it takes longer
 */
export function within(promise, ms, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DOMException(`${what} took more than ${ms} ms`, "TimeoutError"));
    }, ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
