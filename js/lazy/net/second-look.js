/** Pairs of requests that must disagree: chance alone must not look like a rule. */
const PAIRS = 5;

/**
 * Why a page may not fetch a URL, where more than the network is the cause.
 *
 * @param {import("./failure.js").Failure} failure gets the code and message, and is not retryable then
 * @param {string} url @param {import("./fetcher.js").FetchOptions} options
 * @param {import("./environment.js").Environment} env @param {boolean} forbidden by connect-src
 * @returns {Promise<boolean>} whether that is so
 */
export async function look(failure, url, options, env, forbidden) {
  if (forbidden) {
    return end(failure, "FETCH_FORBIDDEN", `${url}: the page's policy forbids it (connect-src)`);
  }
  if (globalThis.navigator?.serviceWorker?.controller && (await answersScripts(url, options))) {
    return end(failure, "FETCH_FORBIDDEN", `${url}: the service worker answers scripts only`);
  }
  if (failure.code === "NETWORK" && (await onlyCorsFails(url, options.signal, env))) {
    const why = "the server does not allow this origin (Access-Control-Allow-Origin)";
    return end(failure, "CORS_BLOCKED", `${url}: ${why}`);
  }
  return false;
}

/** @param {import("./failure.js").Failure} failure @param {string} code @param {string} message */
function end(failure, code, message) {
  Object.assign(failure, { code, message, retryable: false });
  return true;
}

/**
 * Whether a request for a script succeeds. It leaves no trace in the module map.
 * @param {string} url @param {import("./fetcher.js").FetchOptions} options
 * @returns {Promise<boolean>}
 */
function answersScripts(url, { timeout = 10_000 }) {
  if (!globalThis.document) return Promise.resolve(false);
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "script", crossOrigin: "anonymous", href: url });
  return new Promise((resolve) => {
    const done = (/** @type {boolean} */ answered) => {
      link.remove();
      resolve(answered);
    };
    link.onload = () => done(true);
    link.onerror = () => done(false);
    setTimeout(done, timeout, false);
    document.head.append(link);
  });
}

/**
 * Whether requests without CORS always succeed and requests with CORS always
 * fail: the only way to tell a refusal from a bad network.
 * @param {string} url @param {AbortSignal | undefined} signal @param {import("./environment.js").Environment} env
 */
async function onlyCorsFails(url, signal, env) {
  if (new URL(url).origin === globalThis.location?.origin) return false;
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
