/** Fetches that were given a second look. @type {WeakSet<object>} */
const looked = new WeakSet();

/**
 * A second thought about a failure, which may change its code and whether it
 * is retryable.
 *
 * @param {import("./failure.js").Failure} failure @param {string} url
 * @param {import("../load/loader.js").LoadOptions} options the fetch's own object
 * @param {import("./environment.js").Environment} env
 */
export async function doubt(failure, url, options, env) {
  if (failure.code === "GONE" || failure.code === "INTEGRITY_MISMATCH") {
    // A damaged or outdated copy in a cache is healed by one look past it; and
    // what the build has will be on every server some time.
    const present = options.present && failure.code === "GONE";
    if (present || !looked.has(options)) failure.retryable = true;
    looked.add(options);
  } else if (failure.code === "NETWORK" && (await answersOthers(url, options.signal, env))) {
    failure.code = "CORS_BLOCKED";
    failure.message = `${url}: the server does not allow this origin (Access-Control-Allow-Origin)`;
    failure.retryable = false;
  }
}

/** Contradictions that it takes: chance alone must not look like a rule. */
const PAIRS = 5;

/**
 * Whether requests without CORS succeed each time and those with it fail each
 * time: the only way to tell a refusal from a bad network.
 * @param {string} url @param {AbortSignal | undefined} signal @param {import("./environment.js").Environment} env
 */
async function answersOthers(url, signal, env) {
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
