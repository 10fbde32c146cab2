// Runs in the benchmark's page: the loaders under comparison, each with the
// same budget and the same timeout, and the trials.
import { createDynamicImportWithRetry } from "@fatso83/retry-dynamic-import";
import pRetry from "p-retry";

/** The options of every p-retry below: the waits of Apus, with jitter, bounded by time only. */
const retries = (budget) => ({
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 100,
  maxTimeout: 5000,
  factor: 2,
  randomize: true,
  maxRetryTime: budget,
});

/** p-retry gives up at an unknown TypeError, which `import()` throws. */
const plainError = (error) => {
  throw new Error(error.message, { cause: error });
};

const later = (ms, what) =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(what)), ms));

/** @type {Record<string, (url: string, limits: { budget: number, timeout: number }) => Promise<any>>} */
const loaders = {
  async apus(url, { budget, timeout }) {
    const { lazy } = await import("/apus/index.js");
    return lazy(url, { budget, timeout });
  },
  plain: (url) => import(url),
  "p-retry": (url, { budget, timeout }) =>
    pRetry(
      () => Promise.race([import(url), later(timeout, "timeout")]).catch(plainError),
      retries(budget),
    ),
  "retry-dynamic-import": (url, { timeout }) =>
    createDynamicImportWithRetry(100, {
      strategy: () => url,
      importFunction: (path) => Promise.race([import(path), later(timeout, "timeout")]),
    })(() => Promise.race([import(url), later(timeout, "timeout")])),
  async "es-module-shims + p-retry"(url, { budget, timeout }) {
    await shims({ budget, timeout });
    return globalThis.importShim(url);
  },
};

let shim;
/** Shim mode with every fetch retried, the best setting of es-module-shims. */
function shims({ budget, timeout }) {
  globalThis.esmsInitOptions = {
    shimMode: true,
    fetch: (url, options) =>
      pRetry(async () => {
        const signal = AbortSignal.timeout(timeout);
        const response = await fetch(url, { ...options, signal }).catch(plainError);
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        const body = await response.arrayBuffer().catch(plainError);
        const copy = new Response(body, { headers: response.headers });
        Object.defineProperty(copy, "url", { value: response.url });
        return copy;
      }, retries(budget)),
  };
  shim ??= import("es-module-shims");
  return shim;
}

/**
 * One batch of concurrent trials.
 * @returns {Promise<{ ok: number, ms: number[], duplicates: number, errors: string[] }>}
 *   `size` is what a whole graph exports
 */
globalThis.trials = async ({ loader, urls, budget, timeout, size = 10 }) => {
  // The loaders themselves load before the clock starts.
  if (loader === "apus") await loaders.apus("/faults/ok/warm/m8.js", { budget, timeout });
  if (loader.startsWith("es-module-shims")) await shims({ budget, timeout });
  globalThis.instances = [];
  const ms = [];
  const errors = [];
  let ok = 0;
  await Promise.all(
    urls.map(async (url) => {
      const began = performance.now();
      try {
        const load = loaders[loader](url, { budget, timeout });
        const module = await Promise.race([load, later(budget, "the budget is used up")]);
        if (module.size !== size) throw new Error(`size is ${module.size}`);
        ok++;
        ms.push(performance.now() - began);
      } catch (error) {
        errors.push(`${url}: ${error.message} ${error.code ?? ""}`);
      }
    }),
  );
  const instances = globalThis.instances.map((url) => url.replace(/\?.*/, ""));
  return { ok, ms, duplicates: instances.length - new Set(instances).size, errors };
};
