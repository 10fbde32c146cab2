import { onAbort } from "../net/abort.js";
import { Failure } from "../net/failure.js";
import { retryLoop } from "../net/retry-loop.js";

/** How often a worker whose files have arrived may fail to start. */
const STARTS = 8;
/**
 * WebKit and Firefox report a failure some ms after the file, and an import's after that. Measured with
 * six other processes on two cores: 0 to 3 ms in Firefox, 18 to 79 in WebKit.
 */
const SETTLED = 200;

/**
 * Starts a module worker: fetches its files until they have arrived, like any module's, then creates it.
 *
 * No event tells that a worker runs. All engines list its file in the page's resource timing, and an
 * `error` event without a message follows if it, or one of its imports, could not be loaded.
 *
 * @param {import("./loader.js").Loader} loader @param {string} url
 * @param {import("./loader.js").LoadOptions} options
 * @returns {Promise<Worker>} what it has posted until now is dispatched in a later task
 * @throws {Failure} `NETWORK` when it does not start, `EVALUATION_ERROR` when it throws while it starts,
 *   `CORS_BLOCKED` for another origin
 */
export function startWorker(loader, url, options) {
  return retryLoop(
    async (number, left) => {
      /** @type {string | undefined} */
      let held;
      try {
        await loader.gather(url, { ...options, budget: left });
      } catch (/** @type {any} */ error) {
        held = error?.code === "GONE" ? await loader.held?.blobOf(url) : undefined;
        if (!held) throw error;
      }
      try {
        return await started(held ?? url, options, loader.env);
      } catch (/** @type {any} */ error) {
        if (number >= STARTS) error.retryable = false;
        throw error;
      }
    },
    options,
    loader.env,
  );
}

/**
 * @param {string} url @param {import("./loader.js").LoadOptions} options
 * @param {import("../net/environment.js").Environment} env
 * @returns {Promise<Worker>}
 */
async function started(url, { timeout = 10_000, signal }, env) {
  const worker = create(url);
  /** @type {MessageEvent[]} */
  const early = [];
  const keep = (/** @type {MessageEvent} */ event) => {
    event.stopImmediatePropagation();
    early.push(event);
  };
  worker.addEventListener("message", keep);
  /** @type {(() => unknown)[]} */
  const stops = [];
  try {
    await new Promise((resolve, reject) => {
      worker.addEventListener("message", resolve);
      const settle = () => stops.push(env.after(SETTLED, () => resolve(0)));
      const seen = new PerformanceObserver((list) => {
        if (list.getEntriesByName(url).length) settle();
      });
      seen.observe({ type: "resource" });
      // A blob has no timing, and no network.
      if (url.startsWith("blob:")) settle();
      worker.onerror = (event) => reject(failureOf(url, event));
      const late = () => reject(new Failure("TIMEOUT", `${url}: the worker did not start`));
      stops.push(env.after(timeout, late), () => seen.disconnect(), onAbort(signal, reject));
    });
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    worker.onerror = null;
    for (const stop of stops) stop();
  }
  // The caller has set its listeners by then.
  setTimeout(() => {
    worker.removeEventListener("message", keep);
    for (const { data, ports } of early) {
      worker.dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
    }
  });
  return worker;
}

/** @param {string} url */
function create(url) {
  try {
    return new Worker(url, { type: "module" });
  } catch (cause) {
    const message = `${url}: a worker's file must be of the page's own origin`;
    throw new Failure("CORS_BLOCKED", message, { cause });
  }
}

/** @param {string} url @param {Event} event */
function failureOf(url, event) {
  const { message, error } = /** @type {ErrorEvent} */ (event);
  return message
    ? new Failure("EVALUATION_ERROR", `${url}: ${message}`, { cause: error ?? message })
    : new Failure("NETWORK", `${url}: the browser could not load the worker`);
}
