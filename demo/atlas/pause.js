const { port1: near, port2: far } = new MessageChannel();

/**
 * Lets the browser paint and answer before the work goes on. A message and not
 * `setTimeout`, which waits 4 ms when it is called again and again.
 * @returns {Promise<void>}
 */
export function pause() {
  return new Promise((resolve) => {
    near.addEventListener("message", () => resolve(), { once: true });
    near.start();
    far.postMessage(undefined);
  });
}
