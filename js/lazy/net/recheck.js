import { loadChunk } from "./load-chunk.js";

/** Fetches that were already retried past the caches. @type {WeakSet<object>} */
const rechecked = new WeakSet();

/** What connect-src of the page's policy has forbidden to fetch. @type {Set<string>} */
const forbidden = new Set();

globalThis.addEventListener?.("securitypolicyviolation", (event) => {
  const { disposition, effectiveDirective, blockedURI } = event;
  if (disposition === "enforce" && effectiveDirective === "connect-src") forbidden.add(blockedURI);
});

/**
 * Takes a second look at a failure, which may change its code and whether it is
 * retryable.
 *
 * @param {import("./failure.js").Failure} failure @param {number} number of the attempt, from 1
 * @param {string} url
 * @param {import("../load/loader.js").LoadOptions} options the fetch's own object
 * @param {import("./environment.js").Environment} env @param {boolean} module whether a module is wanted
 */
export async function recheck(failure, number, url, options, env, module) {
  const here = globalThis.location?.origin;
  const third = number % 3 === 0;
  if (here && failure.code !== "TIMEOUT" && (third || number === 1)) {
    await new Promise((resolve) => setTimeout(resolve)); // the event may follow the error
    const controlled = module && globalThis.navigator?.serviceWorker?.controller;
    const foreign = third && failure.code === "NETWORK" && new URL(url).origin !== here;
    if (forbidden.has(url) || controlled || foreign) {
      const { look } = await loadChunk(import.meta.url, () => import("./second-look.js"), options);
      if (await look(failure, url, options, env, forbidden.has(url))) return;
    }
  }
  if (/^(GONE|WRONG|INTEGRITY_M)/.test(failure.code)) {
    // One request past the caches repairs a damaged or outdated copy. A file of
    // the current build will reach every server eventually.
    const present = options.present && failure.code === "GONE";
    failure.retryable = present || !rechecked.has(options);
    rechecked.add(options);
  }
}
