const { port1: near, port2: far } = new MessageChannel();

/**
 * Lets the browser paint and respond before the work goes on. Uses a message,
 * because repeated `setTimeout` calls wait 4 ms.
 * @returns {Promise<void>}
 */
export function pause() {
  return new Promise((resolve) => {
    near.addEventListener("message", () => resolve(), { once: true });
    near.start();
    far.postMessage(undefined);
  });
}
