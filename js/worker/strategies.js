/**
 * @typedef {object} Ways to answer one request
 * @property {() => Promise<Response | undefined>} kept never rejects
 * @property {() => Promise<Response>} network asks, and keeps the response; rejects without a network
 * @property {(work: Promise<unknown>) => void} wait keeps the worker alive
 * @property {number} [timeout] ms
 */

/** @type {Record<import("./options.js").StrategyName, (ways: Ways) => Promise<Response | undefined>>} */
export const answers = {
  "cache-first": async ({ kept, network }) => (await kept()) ?? network(),
  "cache-only": ({ kept }) => kept(),
  "network-only": ({ network }) => network(),

  async "stale-while-revalidate"({ kept, network, wait }) {
    const found = await kept();
    if (!found) return network();
    wait(network());
    return found;
  },

  // A server that fails is no better than none.
  async "network-first"({ kept, network, wait, timeout }) {
    const asked = network();
    wait(asked);
    const answer = asked.catch(() => undefined);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((resolve) => {
      if (timeout !== undefined) timer = setTimeout(resolve, timeout);
    });
    const first = /** @type {Response | undefined} */ (await Promise.race([answer, late]));
    clearTimeout(timer);
    if (first && first.status < 500) return first;
    return (await kept()) ?? asked;
  },
};
