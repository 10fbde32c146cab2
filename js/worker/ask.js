/**
 * Sends a question, and waits for the answer.
 * @param {{ postMessage(message: unknown, transfer: Transferable[]): void }} to a page or a worker
 * @param {object} question @param {number} [patience] ms
 * @returns {Promise<any>} `undefined` when there is no answer in time
 */
export function ask(to, question, patience = 2000) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, undefined);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    to.postMessage(question, [port2]);
  }).finally(() => port1.close());
}
