import { follow } from "./abort.js";
import { checkRedirect } from "./allowed-origins.js";
import { Failure } from "./failure.js";
import { freshness } from "./freshness.js";
import { loadChunk } from "./load-chunk.js";
import { retryAfter } from "./retry-loop.js";

/**
 * @typedef {object} RequestOptions
 * @property {number} timeout ms until the whole body must have arrived
 * @property {AbortSignal} [signal]
 * @property {RequestCache} [cache]
 * @property {RequestPriority} [priority]
 * @property {string} [integrity] as in HTML: "sha384-…", several separated by spaces; "" for none
 * @property {string[]} [origins] origins that may answer; default: all
 */

/**
 * @typedef {object} Text a module's text
 * @property {string} text
 * @property {string} at its URL after redirects
 * @property {string} type its MIME type
 * @property {number} fresh ms for which the HTTP cache answers import()
 */

/** MIME types that browsers run as a module, and that modules may import with attributes. */
const moduleType = /^(text|application)\/(x-)?(java|ecma)script$|[/+]json$|^text\/css$/;

/**
 * Fetches one file with its whole body; a body that is cut off is a failure too.
 * The request equals that of `import()` (CORS and same-origin credentials, the
 * defaults), so the HTTP cache can answer the import that follows.
 *
 * @template T
 * @param {string} url @param {RequestOptions} options
 * @param {import("./environment.js").Environment} env
 * @param {(response: Response, at: string) => Promise<T>} [read] reads the body; `at` is the URL after
 *   redirects. Default: returns a Text, and requires the MIME type of a module
 * @returns {Promise<T>}
 * @throws {Failure}
 */
export async function request(url, options, env, read) {
  const { timeout, signal, integrity } = options;
  const controller = new AbortController();
  const ended = controller.signal;
  const unfollow = follow(controller, signal);
  const stop = env.after(timeout, () => {
    controller.abort(new Failure("TIMEOUT", `${url}: no response`));
  });
  /** @type {Response | undefined} */
  let response;
  /** @type {Promise<void> | undefined} */
  let rest;
  try {
    response = await env.fetch(url, {
      cache: options.cache,
      priority: options.priority,
      signal: ended,
    });
    check(url, response, env, !read);
    const at = response.url || url; // a response that a service worker made has no URL
    checkRedirect(url, response, at, options.origins);
    const fresh = read ? 0 : freshness(response, env.date());
    if (integrity) {
      const { verified } = await loadChunk(import.meta.url, () => import("./integrity.js"));
      response = await verified(url, response, integrity);
    }
    if (read) return await read(response, at);
    const it = { text: await response.text(), at, type: typeOf(response), fresh };
    return /** @type {any} */ (it);
  } catch (error) {
    if (ended.aborted) throw ended.reason;
    // An unread body would hold the connection. The timeout bounds an endless one.
    if (!response?.bodyUsed) rest = response?.body?.pipeTo(new WritableStream()).catch(() => {});
    if (error instanceof Failure) throw error;
    throw new Failure("NETWORK", `${url}: ${/** @type {Error} */ (error).message}`, {
      cause: error,
    });
  } finally {
    Promise.resolve(rest).then(stop);
    unfollow();
  }
}

/** @param {Response} response @returns {string} its MIME type without parameters */
const typeOf = ({ headers }) =>
  headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "";

/** Temporary by RFC 9110, RFC 6585 and RFC 8470; all 5xx are too. */
const temporary = [408, 425, 429];

/** @param {string} url @param {Response} response @param {import("./environment.js").Environment} env @param {boolean} module */
function check(url, response, env, module) {
  const { ok, status, headers } = response;
  if (!ok) {
    const retryable = status >= 500 || temporary.includes(status);
    throw new Failure(
      status === 404 || status === 410 ? "GONE" : "HTTP_STATUS",
      `${url}: HTTP ${status}`,
      { retryable, retryAfter: retryable ? retryAfter(headers.get("retry-after"), env) : 0 },
    );
  }
  const type = typeOf(response);
  if (type === "text/html") throw new Failure("GONE", `${url}: HTML instead`);
  if (module && !moduleType.test(type)) {
    throw new Failure("WRONG_TYPE", `${url}: "${type}" is not a MIME type of modules`);
  }
}
