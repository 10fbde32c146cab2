/**
 * Shares the thread: long work is sliced, and no wait lasts for ever.
 */

/** A slice of work in ms: with the packing of a segment on top, below a frame. */
export const SLICE = 4;

/** Resolvers that wait for their turn. @type {(() => void)[]} */
const turns = [];
/** @type {any} a MessageChannel; in Node, a listening port keeps the process alive */
let channel;

/**
 * Lets the page's other tasks run first, in their order; `scheduler.yield()` would
 * continue before them.
 * @returns {Promise<void>}
 */
export function nextTurn() {
  channel ??= new MessageChannel();
  channel.port1.onmessage ??= () => {
    turns.shift()?.();
    if (turns.length === 0) channel.port1.unref?.();
  };
  channel.port1.ref?.();
  channel.port2.postMessage(0);
  return new Promise((resolve) => turns.push(resolve));
}

/**
 * @template T
 * @param {Promise<T>} promise @param {number} ms @param {string} what named in the message
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
