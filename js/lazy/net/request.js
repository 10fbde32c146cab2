import { follow } from "./abort.js";
import { Failure } from "./failure.js";
import { verified } from "./integrity.js";

/**
 * @typedef {object} RequestOptions
 * @property {number} timeout ms until the whole body must be here
 * @property {AbortSignal} [signal]
 * @property {RequestCache} [cache]
 * @property {RequestPriority} [priority]
 * @property {string} [integrity] as in HTML: "sha384-…", several separated by spaces; "" for none
 * @property {string[]} [origins] where the answer may come from; default: anywhere
 */

/** What browsers run as a module, and what modules may import with attributes. */
const moduleType = /^(text|application)\/(x-)?(java|ecma)script$|[/+]json$|^text\/css$/;

/**
 * Fetches one file, body and all: a body that breaks off is a failure too.
 * The request is the same as the one of `import()` (CORS and same-origin
 * credentials, which are the defaults), so the HTTP cache can answer the import that follows.
 *
 * @template T
 * @param {string} url @param {RequestOptions} options
 * @param {import("./environment.js").Environment} env
 * @param {(response: Response, at: string) => Promise<T>} [read] what to make of the body, and the
 *   URL it came from in the end; default: the text and that URL, where the MIME type is one of a module
 * @returns {Promise<T>}
 * @throws {Failure}
 */
export async function request(url, options, env, read) {
  const { timeout, signal, integrity } = options;
  const controller = new AbortController();
  const ended = controller.signal;
  const unfollow = follow(controller, signal);
  const stop = env.after(timeout, () => {
    controller.abort(new Failure("TIMEOUT", `${url}: no answer`));
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
    const at = response.url || url; // what a service worker made up has none
    stay(url, response, at, options.origins);
    const safe = integrity ? await verified(url, response, integrity) : response;
    return await /** @type {(response: Response, at: string) => Promise<T>} */ (read ?? text)(
      safe,
      at,
    );
  } catch (error) {
    if (ended.aborted) throw ended.reason;
    // What is not read would hold the connection; what has no end would, too.
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

/** @param {Response} response @param {string} at */
const text = async (response, at) => ({ text: await response.text(), at });

/**
 * Follows no redirect out of the origins that are allowed. A way through
 * another origin and back leaves its mark: the type "cors".
 * @param {string} url @param {Response} response @param {string} at @param {string[]} [origins]
 */
function stay(url, response, at, origins) {
  if (!origins) return;
  const own = new URL(url).origin === globalThis.origin;
  if (!origins.includes(new URL(at).origin) || (own && response.type === "cors")) {
    throw new Failure("ORIGIN_REFUSED", `${url}: redirected to another origin`);
  }
}

/** Temporary by their definition in RFC 9110, RFC 6585 and RFC 8470; all 5xx are too. */
const temporary = [408, 425, 429];

/** @param {string} url @param {Response} response @param {import("./environment.js").Environment} env @param {boolean} module */
function check(url, { ok, status, headers }, env, module) {
  if (!ok) {
    const retryable = status >= 500 || temporary.includes(status);
    throw new Failure(
      status === 404 || status === 410 ? "GONE" : "HTTP_STATUS",
      `${url}: HTTP ${status}`,
      { retryable, retryAfter: retryable ? retryAfter(headers.get("retry-after"), env) : 0 },
    );
  }
  const type = headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "";
  if (type === "text/html") throw new Failure("GONE", `${url}: HTML instead`);
  if (module && !moduleType.test(type)) {
    throw new Failure("WRONG_TYPE", `${url}: "${type}" is no module`);
  }
}

/**
 * RFC 9110, 10.2.3: seconds, or a date.
 * @param {string | null} value @param {import("./environment.js").Environment} env
 */
function retryAfter(value, env) {
  if (!value) return 0;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - env.date() : seconds * 1000;
  return Math.max(0, ms || 0);
}
