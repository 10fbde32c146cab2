import { Failure } from "./failure.js";

/**
 * @typedef {object} RequestOptions
 * @property {number} timeout ms until the whole body must be here
 * @property {AbortSignal} [signal]
 * @property {RequestCache} [cache]
 * @property {RequestPriority} [priority]
 */

/**
 * Fetches one module, body and all: a body that breaks off is a failure too.
 * The request is the same as the one of `import()` (CORS, same-origin
 * credentials), so the HTTP cache can answer the import that follows.
 *
 * @param {string} url @param {RequestOptions} options
 * @param {import("./environment.js").Environment} env
 * @returns {Promise<string>} the text
 * @throws {Failure}
 */
export async function fetchModule(url, { timeout, signal, cache, priority }, env) {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const stop = env.after(timeout, () =>
    controller.abort(
      new Failure("TIMEOUT", `${url}: no answer within ${Math.round(timeout)} ms`, {
        retryable: true,
      }),
    ),
  );
  try {
    const response = await env.fetch(url, {
      mode: "cors",
      credentials: "same-origin",
      signal: controller.signal,
      cache,
      priority,
    });
    checkStatus(url, response, env);
    return await response.text();
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    if (error instanceof Failure) throw error;
    throw new Failure("NETWORK", `${url}: ${/** @type {Error} */ (error).message}`, {
      cause: error,
      retryable: true,
    });
  } finally {
    stop();
    signal?.removeEventListener("abort", abort);
  }
}

/** Temporary by their definition in RFC 9110, RFC 6585 and RFC 8470; all 5xx are too. */
const temporary = [408, 425, 429];

/** @param {string} url @param {Response} response @param {import("./environment.js").Environment} env */
function checkStatus(url, { ok, status, headers }, env) {
  if (!ok) {
    const retryable = status >= 500 || temporary.includes(status);
    throw new Failure(
      status === 404 || status === 410 ? "GONE" : "HTTP_STATUS",
      `${url}: HTTP ${status}`,
      { retryable, retryAfter: retryable ? retryAfter(headers.get("retry-after"), env) : 0 },
    );
  }
  const type = headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "";
  if (type === "text/html") throw new Failure("GONE", `${url}: HTML in place of a module`);
  if (
    !/^(text|application)\/(x-)?(java|ecma|j|live)script[\d.]*$|[/+]json$|^text\/css$/.test(type)
  ) {
    throw new Failure("WRONG_TYPE", `${url}: "${type}" is no module`, { retryable: true });
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
