/** Fetches that were already retried past the caches. @type {WeakSet<object>} */
const rechecked = new WeakSet();

/**
 * Takes a second look at a failure, which may change its code and whether it is
 * retryable.
 *
 * @param {import("./failure.js").Failure} failure @param {string} url
 * @param {import("../load/loader.js").LoadOptions} options the fetch's own object
 * @param {import("./environment.js").Environment} env
 */
export async function recheck(failure, url, options, env) {
  if (failure.code === "GONE" || failure.code === "INTEGRITY_MISMATCH") {
    // One request past the caches repairs a damaged or outdated copy. A file of
    // the current build will reach every server eventually.
    const present = options.present && failure.code === "GONE";
    if (present || !rechecked.has(options)) failure.retryable = true;
    rechecked.add(options);
  } else if (failure.code === "NETWORK" && (await onlyCorsFails(url, options.signal, env))) {
    failure.code = "CORS_BLOCKED";
    failure.message = `${url}: the server does not allow this origin (Access-Control-Allow-Origin)`;
    failure.retryable = false;
  }
}

/** Pairs of requests that must disagree: chance alone must not look like a rule. */
const PAIRS = 5;

/**
 * Whether requests without CORS always succeed and requests with CORS always
 * fail: the only way to tell a refusal from a bad network.
 * @param {string} url @param {AbortSignal | undefined} signal @param {import("./environment.js").Environment} env
 */
async function onlyCorsFails(url, signal, env) {
  const here = globalThis.location?.origin;
  if (!here || new URL(url).origin === here) return false;
  const works = (/** @type {RequestMode} */ mode) =>
    env.fetch(url, { mode, signal, method: "HEAD", cache: "no-store" }).then(
      () => true,
      () => false,
    );
  for (let pair = 0; pair < PAIRS; pair++) {
    if (!(await works("no-cors")) || (await works("cors"))) return false;
  }
  return true;
}
